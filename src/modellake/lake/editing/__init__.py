"""Editing records as wholes: what one says is read, replaced, added to, deleted or updated by itself."""
