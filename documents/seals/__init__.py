"""The portal's seal on the archive copy of a document, and the answer to who asks about it.

`ring` keys and certificates · `signing` bytes in, sealed bytes out · `authority` time stamps ·
`services` what the sweeps do · `reading` and `judging` a file by itself · `verifying` a file or a
digest by the register · `telling` the answer in words. docs/documents.md says how and why.
"""
