"""Facts to the words of a page: plain strings, in the language of the document, ready to be
laid out."""
