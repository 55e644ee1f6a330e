"""How far people have seen a conversation. Callers ask the rules."""

from messenger.models import SeenMark


def note_seen(*, conversation_id: int, person_id: int, sequence: int) -> bool:
    """Move the person's mark forward; returns False where it was as far already."""
    marks = SeenMark.objects.filter(conversation=conversation_id, person=person_id)
    if marks.filter(sequence__lt=sequence).update(sequence=sequence):
        return True
    _mark, is_new = SeenMark.objects.get_or_create(
        conversation_id=conversation_id, person_id=person_id, defaults={"sequence": sequence}
    )
    return is_new
