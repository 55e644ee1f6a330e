"""Conversations, messages, attachments, notifications and live sockets."""
