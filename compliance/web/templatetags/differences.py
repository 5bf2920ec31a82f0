"""The tag that shows two texts as one, with what goes and what comes: `{% compared old new %}`."""

from typing import Any

from django import template

from compliance.web.differences import differences

register = template.Library()


@register.inclusion_tag("web/components/compared.html")
def compared(before: str, after: str, *, whole: bool = False) -> dict[str, Any]:
    """Two texts word by word. What goes and what comes is said in words too, for whoever hears the
    page or cannot tell the colours; long unchanged runs are cut unless `whole`."""
    return {"pieces": differences(before, after, whole=whole)}
