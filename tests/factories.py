"""Makes rows of every model with the least that is needed; tests name only what they are about."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from config.common import clock
from fleet.models import (
    Assignment,
    Code,
    Customer,
    CustomerTeam,
    Decision,
    Device,
    Group,
    MetaTeam,
    Offer,
    Person,
    PrivateLink,
    Reservation,
    Role,
    Team,
    Template,
    TemplateKind,
)
from fleet.services.code_tokens import hash_short_id, hash_token, short_id_of, token_of
from fleet.services.devices import fill_search
from fleet.services.links import hash_link_token
from fleet.services.suggestion_keys import write_customer_keys, write_device_keys, write_person_keys
from messenger.models import (
    UNFINISHED,
    Attachment,
    AttachmentKind,
    Channel,
    Conversation,
    Delivery,
    DeliveryState,
    Message,
    Notification,
    PushDevice,
)
from messenger.web_push import digest_of
from ratings.models import Rating, Score
from ticketing.models import (
    Answer,
    Assistant,
    Category,
    Choice,
    CreationFlow,
    ElementFile,
    ElementFileKind,
    Question,
    QuestionKind,
    Source,
    Step,
    Ticket,
    TicketStatus,
    Update,
    Visibility,
)

PASSWORD = "correct horse battery staple"
FIRST_NUMBER = 500_001  # Far above the numbers that the counter gives, so that both kinds of tickets fit in one test.


# Fleet ---------------------------------------------------------------------------------------------------------------


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Customer {n}")

    @classmethod
    def _create(cls, model_class: type[Customer], *args: Any, **columns: Any) -> Customer:
        customer: Customer = super()._create(model_class, *args, **columns)
        write_customer_keys([customer])
        return customer


class PersonFactory(DjangoModelFactory[Person]):
    """A member; all who sign in have the password `PASSWORD`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    role = Role.MEMBER
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")
    password = factory.django.Password(PASSWORD)

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **columns: Any) -> Person:
        person: Person = super()._create(model_class, *args, **columns)
        write_person_keys([person])
        return person


class MemberFactory(PersonFactory):
    pass


class ModeratorFactory(PersonFactory):
    role = Role.MODERATOR


class AdministratorFactory(PersonFactory):
    role = Role.ADMINISTRATOR


class SubscriberFactory(PersonFactory):
    role = Role.SUBSCRIBER
    customer = factory.SubFactory(CustomerFactory)


class ManagerFactory(SubscriberFactory):
    role = Role.MANAGER


class CodeUserFactory(PersonFactory):
    role = Role.CODE_USER
    email = None
    first_name = ""
    last_name = ""
    password = factory.django.Password(None)


class TemplateFactory(DjangoModelFactory[Template]):
    class Meta:
        model = Template

    name = factory.Sequence(lambda n: f"Template {n}")


class DeviceFactory(DjangoModelFactory[Device]):
    class Meta:
        model = Device

    template = factory.SubFactory(TemplateFactory)
    customer = factory.SubFactory(CustomerFactory)
    name = factory.Sequence(lambda n: f"Device {n}")

    @classmethod
    def _create(cls, model_class: type[Device], *_args: Any, **columns: Any) -> Device:
        device = model_class(**columns)
        fill_search(device)
        device.save()
        write_device_keys([device])
        return device


class VehicleFactory(DeviceFactory):
    template = factory.SubFactory(TemplateFactory, kind=TemplateKind.VEHICLE)
    licence_plate = factory.Sequence(lambda n: f"AB-{n:03}-CD")


class ReservationFactory(DjangoModelFactory[Reservation]):
    """Two hours that have just begun."""

    class Meta:
        model = Reservation

    number = factory.Sequence(lambda n: f"R{n:05}")
    device = factory.SubFactory(VehicleFactory)
    person = factory.SubFactory(SubscriberFactory)
    starts_at = factory.LazyFunction(clock.now)
    ends_at = factory.LazyAttribute(lambda reservation: reservation.starts_at + timedelta(hours=2))
    estimated_km = 40


class CodeFactory(DjangoModelFactory[Code]):
    """An enabled code; `pin="1234"` protects it. Its link is `fleet.services.code_tokens.url_of(code)`.

    `short_hash=None` is one that a server of the version before made.
    """

    class Meta:
        model = Code
        skip_postgeneration_save = True

    device = factory.SubFactory(DeviceFactory)

    @classmethod
    def _create(cls, model_class: type[Code], **kwargs: Any) -> Code:
        code = model_class(**kwargs)
        code.token_hash = hash_token(token_of(code))
        if "short_hash" not in kwargs:
            code.short_hash = hash_short_id(short_id_of(code))
        code.save(force_insert=True)
        return code

    @factory.post_generation
    def pin(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if extracted:
            self.set_pin(extracted)
            self.save(update_fields=["pin_hash"])


class PrivateLinkFactory(DjangoModelFactory[PrivateLink]):
    """A link of a ticket's creator, a code user; `token="…"` says what opens it."""

    class Meta:
        model = PrivateLink

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    ticket = factory.SubFactory("tests.factories.TicketFactory", creator=factory.SubFactory(CodeUserFactory))
    person = factory.SelfAttribute("ticket.creator")
    token_hash = factory.LazyAttribute(lambda made: hash_link_token(made.token))


class MetaTeamFactory(DjangoModelFactory[MetaTeam]):
    class Meta:
        model = MetaTeam

    name = factory.Sequence(lambda n: f"Meta team {n}")


class TeamFactory(DjangoModelFactory[Team]):
    """A team; `members=[…]` fills it."""

    class Meta:
        model = Team
        skip_postgeneration_save = True

    meta_team = factory.SubFactory(MetaTeamFactory)
    name = factory.Sequence(lambda n: f"Team {n}")

    @factory.post_generation
    def members(self, create: bool, extracted: list[Person] | None, **kwargs: Any) -> None:
        self.members.set(extracted or [])


class CustomerTeamFactory(DjangoModelFactory[CustomerTeam]):
    class Meta:
        model = CustomerTeam

    customer = factory.SubFactory(CustomerFactory)
    team = factory.SubFactory(TeamFactory)
    meta_team = factory.SelfAttribute("team.meta_team")


class GroupFactory(DjangoModelFactory[Group]):
    """A group of a template; `employees=[…]`, `teams=[…]`, `meta_teams=[…]` fill it."""

    class Meta:
        model = Group
        skip_postgeneration_save = True

    template = factory.SubFactory(TemplateFactory)
    name = factory.Sequence(lambda n: f"Group {n}")

    @factory.post_generation
    def employees(self, create: bool, extracted: list[Person] | None, **kwargs: Any) -> None:
        self.employees.set(extracted or [])

    @factory.post_generation
    def teams(self, create: bool, extracted: list[Team] | None, **kwargs: Any) -> None:
        self.teams.set(extracted or [])

    @factory.post_generation
    def meta_teams(self, create: bool, extracted: list[MetaTeam] | None, **kwargs: Any) -> None:
        self.meta_teams.set(extracted or [])


# Flows ---------------------------------------------------------------------------------------------------------------


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")


class FlowFactory(DjangoModelFactory[CreationFlow]):
    """A flow without steps; `make_flow` adds one."""

    class Meta:
        model = CreationFlow

    template = factory.SubFactory(TemplateFactory)
    category = factory.SubFactory(CategoryFactory)
    name = factory.Sequence(lambda n: f"Problem report {n}")
    button_label = "Report a problem"
    position = factory.Sequence(lambda n: n)


class StepFactory(DjangoModelFactory[Step]):
    class Meta:
        model = Step

    flow = factory.SubFactory(FlowFactory)
    title = factory.Sequence(lambda n: f"Step {n}")
    position = factory.Sequence(lambda n: n)


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    step = factory.SubFactory(StepFactory)
    kind = QuestionKind.TEXT
    text = factory.Sequence(lambda n: f"Question {n}?")
    position = factory.Sequence(lambda n: n)


class ChoiceFactory(DjangoModelFactory[Choice]):
    class Meta:
        model = Choice

    question = factory.SubFactory(QuestionFactory, kind=QuestionKind.SINGLE_CHOICE)
    label = factory.Sequence(lambda n: f"Choice {n}")
    position = factory.Sequence(lambda n: n)


def make_flow(template: Template | None = None, *kinds: QuestionKind, **fields: Any) -> CreationFlow:
    """A flow with one step that asks one question of each kind; by default one text, which names the ticket."""
    flow: CreationFlow = FlowFactory(**fields) if template is None else FlowFactory(template=template, **fields)
    step = StepFactory(flow=flow, title="What happened?")
    if not kinds:
        QuestionFactory(step=step, text="What is wrong?", names_ticket=True)
    for kind in kinds:
        QuestionFactory(step=step, kind=kind)
    return flow


class AssistantFactory(DjangoModelFactory[Assistant]):
    """Without elements; `tests.assistants` writes some."""

    class Meta:
        model = Assistant

    template = factory.SubFactory(TemplateFactory)


class ElementFileFactory(DjangoModelFactory[ElementFile]):
    """A picture of an assistant that no element shows."""

    class Meta:
        model = ElementFile

    assistant = factory.SubFactory(AssistantFactory)
    kind = ElementFileKind.PICTURE
    content_type = "image/png"
    size = 7
    width = height = 2
    file = factory.LazyFunction(lambda: ContentFile(b"picture", name="picture.png"))


# Tickets -------------------------------------------------------------------------------------------------------------


class ConversationFactory(DjangoModelFactory[Conversation]):
    class Meta:
        model = Conversation


class TicketFactory(DjangoModelFactory[Ticket]):
    """A posted ticket as a mere row: no journal, offers or notifications. For those use `tests.cast` or services."""

    class Meta:
        model = Ticket

    status = TicketStatus.OPEN
    visibility = Visibility.PUBLIC
    device = factory.SubFactory(DeviceFactory)
    flow = factory.LazyAttribute(lambda ticket: FlowFactory(template=ticket.device.template) if ticket.device else None)
    category = factory.LazyAttribute(lambda ticket: ticket.flow.category if ticket.flow else None)
    customer = factory.LazyAttribute(lambda ticket: ticket.device.customer if ticket.device else None)
    creator = factory.SubFactory(CodeUserFactory)
    conversation = factory.SubFactory(ConversationFactory)
    subject = factory.Sequence(lambda n: f"Subject {n}")
    number = factory.Sequence(lambda n: FIRST_NUMBER + n)
    opened_at = factory.LazyFunction(clock.now)


class DraftFactory(TicketFactory):
    status = TicketStatus.DRAFT
    subject = ""
    number = None
    opened_at = None


class DeskTicketFactory(TicketFactory):
    source = Source.DESK
    flow = None


class AnswerFactory(DjangoModelFactory[Answer]):
    """An answer to a text question; the question's text is kept in all languages."""

    class Meta:
        model = Answer

    ticket = factory.SubFactory(TicketFactory)
    question = None
    kind = QuestionKind.TEXT
    question_texts = {"en": "What is wrong?", "de": "Was ist defekt?", "fr": "Qu’est-ce qui est en panne ?"}
    value = factory.Sequence(lambda n: {"text": f"Answer {n}"})


class OfferFactory(DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    ticket = factory.SubFactory(TicketFactory)
    person = factory.SubFactory(MemberFactory)
    decision = Decision.OPEN
    decided_at = factory.LazyAttribute(lambda offer: None if offer.decision == Decision.OPEN else clock.now())


class AssignmentFactory(DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    ticket = factory.SubFactory(TicketFactory, status=TicketStatus.ASSIGNED)
    person = factory.SubFactory(MemberFactory)


class MessageFactory(DjangoModelFactory[Message]):
    """A message as a row, without journal; `public_sequence=None` makes it internal."""

    class Meta:
        model = Message

    class Params:
        ticket = factory.SubFactory(TicketFactory)

    conversation = factory.SelfAttribute("ticket.conversation")
    author = factory.SelfAttribute("ticket.creator")
    text = factory.Sequence(lambda n: f"Message {n}")
    sequence = factory.LazyAttribute(lambda message: message.conversation.messages.count() + 1)
    public_sequence = factory.SelfAttribute("sequence")
    client_key = factory.LazyFunction(uuid.uuid4)


class UpdateFactory(DjangoModelFactory[Update]):
    """An update as a row, without journal."""

    class Meta:
        model = Update

    ticket = factory.SubFactory(TicketFactory)
    author = factory.SubFactory(MemberFactory)
    text = factory.Sequence(lambda n: f"Update {n}")
    is_internal = False
    sequence = factory.LazyAttribute(lambda update: update.ticket.updates.count() + 1)
    public_sequence = factory.LazyAttribute(lambda update: None if update.is_internal else update.sequence)
    client_key = factory.LazyFunction(uuid.uuid4)


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A stored text file without a parent; `message=`, `update=` or `answer=` ties it to one, `content=` fills it."""

    class Meta:
        model = Attachment

    class Params:
        content = b"A file."

    uploader = factory.SubFactory(MemberFactory)
    file = factory.LazyAttribute(lambda attachment: ContentFile(attachment.content, "file"))
    name = factory.Sequence(lambda n: f"file{n}.txt")
    content_type = "text/plain"
    kind = AttachmentKind.FILE
    size = factory.LazyAttribute(lambda attachment: len(attachment.content))
    digest = factory.LazyAttribute(lambda attachment: hashlib.sha256(attachment.content).hexdigest())


class NotificationFactory(DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    person = factory.SubFactory(MemberFactory)
    ticket = factory.SubFactory(TicketFactory)
    kind = "ticket_offered"
    sequence = factory.Sequence(lambda n: n + 1_000)  # beyond those that services make


class DeliveryFactory(DjangoModelFactory[Delivery]):
    class Meta:
        model = Delivery

    person = factory.SubFactory(MemberFactory)
    ticket = factory.SubFactory(TicketFactory)
    kind = "ticket_offered"
    sequence = factory.Sequence(lambda n: n + 1_000)
    channel = Channel.EMAIL
    finished_at = factory.LazyAttribute(lambda made: None if made.state in UNFINISHED else clock.now())
    state = DeliveryState.WAITING


class PushDeviceFactory(DjangoModelFactory[PushDevice]):
    class Meta:
        model = PushDevice

    person = factory.SubFactory(MemberFactory)
    name = "Chrome, Android"
    endpoint = factory.Sequence(lambda n: f"https://fcm.googleapis.com/fcm/send/{n}")
    endpoint_digest = factory.LazyAttribute(lambda device: digest_of(device.endpoint))
    p256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    auth = "BTBZMqHH6r4Tts7J_aSIgg"


class RatingFactory(DjangoModelFactory[Rating]):
    class Meta:
        model = Rating
        skip_postgeneration_save = True

    ticket = factory.SubFactory(TicketFactory, status=TicketStatus.CLOSED, done_count=1)
    phase = factory.SelfAttribute("ticket.done_count")
    sequence = factory.Sequence(lambda n: 900_000 + n)  # Beyond the journal rows that a test makes.
    score = Score.GOOD
    person = factory.SelfAttribute("ticket.creator")

    @factory.post_generation
    def on_its_ticket(self: Rating, create: bool, extracted: object, **kwargs: object) -> None:
        """As the service does: the ticket knows the score of its present phase."""
        if self.phase == self.ticket.done_count:
            self.ticket.score = self.score
            self.ticket.save(update_fields=["score"])
