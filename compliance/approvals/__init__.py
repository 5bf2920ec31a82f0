"""Two people for what matters: what was asked, who approved exactly that, and what used it up."""
