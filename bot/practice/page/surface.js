/** A surface that holds Block Kit: a message, a modal or Home. It keeps what is typed there and sends what is pressed. */

import { send } from "./socket.js";

const keyOf = (blockId, actionId) => `${blockId}\n${actionId}`;

export class Surface {
  #values = new Map();
  #where;
  #earlier;

  /**
   * *where* names the surface to the server ({container, channel, ts} or {container, view_id}). An *earlier* surface of
   * the same thing hands its values on to the elements that are still there, so an update does not eat what was typed.
   */
  constructor(where, earlier = null) {
    this.#where = where;
    this.#earlier = earlier;
  }

  /** Take up an element: return its value so far, or *initial* if it is new here. */
  open(block, element, initial) {
    const value = this.#earlier?.get(block, element) ?? initial;
    this.set(block, element, value);
    return value;
  }

  get(block, element) {
    return this.#values.get(keyOf(block.block_id, element.action_id))?.value;
  }

  set(block, element, value) {
    const [blockId, actionId] = [block.block_id, element.action_id];
    this.#values.set(keyOf(blockId, actionId), { blockId, actionId, value: { type: element.type, ...value } });
  }

  /** Everything, in the shape of Slack's `state.values`. */
  values() {
    const all = {};
    for (const { blockId, actionId, value } of this.#values.values()) (all[blockId] ??= {})[actionId] = value;
    return all;
  }

  /** Tell the server that *element* was pressed or changed; *value* is what a Slack action carries for its type. */
  press(block, element, value = {}) {
    const action = { type: element.type, action_id: element.action_id, block_id: block.block_id, ...value };
    return send({ type: "press", ...this.#where, action, state: { values: this.values() } });
  }
}
