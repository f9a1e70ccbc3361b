"""DOOR: mail, for invitations to reviews. The only user of smtplib."""
