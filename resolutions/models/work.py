"""How a task is worked on: its steps, and notes of progress with the files that prove them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.files import KeptFile, removed_with_reason
from resolutions.models.tasks import Task


class TaskStep(models.Model):
    """One step of a task, with its own day where it has one."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("step"), max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering = ["task", "position"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(name="task_step_position", fields=["task", "position"])]

    def __str__(self) -> str:
        return self.title


class NoteKind(models.TextChoices):
    PROGRESS = "progress", _("Progress")
    DONE = "done", _("Done")
    REOPENED = "reopened", _("Opened again")


class ProgressNote(models.Model):
    """What was done by a day, in words. Nothing in it changes: what was wrong is put right by another."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=10, choices=NoteKind, default=NoteKind.PROGRESS)
    on = models.DateField(_("day"))
    words = models.TextField(_("what was done"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["task", "pk"]
        verbose_name = _("progress note")
        verbose_name_plural = _("progress notes")
        constraints = [
            models.CheckConstraint(name="progress_note_has_words", condition=~Q(words="")),
            models.CheckConstraint(name="progress_note_kind_known", condition=Q(kind__in=NoteKind.values)),
        ]

    def __str__(self) -> str:
        return self.words[:80]


class ProgressFile(KeptFile):
    """One file that proves a note of progress."""

    note = models.ForeignKey(ProgressNote, models.CASCADE, related_name="files")

    class Meta(KeptFile.Meta):
        verbose_name = _("file of a task")
        verbose_name_plural = _("files of tasks")
        constraints = [
            removed_with_reason("progress_file_removed_with_reason"),
            models.UniqueConstraint(
                name="progress_file_once_on_a_note",
                fields=["note", "sha256"],
                condition=Q(removed_at__isnull=True),
            ),
        ]
