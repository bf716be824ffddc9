"""The tags that an office's template may use, with what they are replaced by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TAGS = (
    ("{{ form.issuer }}, {{ form.number }}, {{ form.place }}, {{ form.date }}", _("Head of the report")),
    ("{{ subject }}", _("Subject of the report")),
    ("{{ unit }}, {{ period }}", _("Unit and period")),
    ("{{ headline.met }}/{{ headline.total }}, {{ headline.share }}", _("Targets met, all targets, share")),
    ("{{ headline.previous_met }}/{{ headline.previous_total }}", _("The same a year before")),
    ("{% for each in headline.sentences %}{{ each }}{% endfor %}", _("The overall result in sentences")),
    ("{% for each in states %}{{ each.word }}: {{ each.count }}{% endfor %}", _("Targets by state")),
    (
        "{% for row in by.document %}{{ row.label }}: {{ row.met }}/{{ row.total }}{% endfor %}",
        _("Targets by document; by.level, by.pillar and by.owner in the same way"),
    ),
    (
        (
            "{% for row in unmet %}{{ row.code }} {{ row.name }}: {{ row.asked }}, {{ row.value }}, "
            "{{ row.gap }}, {{ row.outlook }}, {{ row.status }}, {{ row.owner }}{% endfor %}"
        ),
        _("Targets not met: plan, result, gap, pace needed, projection, state, owner"),
    ),
    (
        "{% for each in reasons %}{{ each.body }}: {{ each.difficulties }} {{ each.causes }}{% endfor %}",
        _("Difficulties and causes as reported"),
    ),
    ("{% for each in proposals %}{{ each.body }}: {{ each.text }}{% endfor %}", _("Proposals as reported")),
    (
        (
            "{% for document in documents %}{{ document.number }}{% for row in document.rows %}"
            "{{ row.name }}{% endfor %}{% endfor %}"
        ),
        _("All targets by document"),
    ),
    ("{{ chart_states }}, {{ chart_documents }}", _("Charts")),
    ("{% for each in form.recipients %}{{ each }}{% endfor %}", _("Recipients")),
    ("{{ form.authority }}, {{ form.title }}, {{ form.name }}", _("Signature")),
    ("{{ edition.number }}, {{ edition.closed_on }}, {{ edition.digest }}", _("The edition and its SHA-256")),
)
