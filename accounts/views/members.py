"""„Mano paskyra“: what belongs to a member's account, and to the libraries they act for."""

from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, DateField
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView, UpdateView

from association.content_state import remembered
from association.models import Audience, may_change, reads_all_documents
from association.models import Document as AssociationDocument
from association.prepared import KeysField, prepared
from projects.indexing import collect_words
from projects.models import Document as ProjectDocument
from projects.models import Project

from .. import (
    history,
    invitations,
    libraries,
    name_changes,
    representations,
    sessions,
    succession,
)
from ..devices import device
from ..forms import (
    ChangeNameForm,
    InviteColleagueForm,
    LibraryForm,
    NameSuccessorForm,
    ProfileForm,
)
from ..models import Invitation, NameChange, Representative
from ..refusals import NotPossible
from .refusing import Refusing, reason


def section(name):
    """Return the address of the section `name` of „Mano paskyra“."""
    return f"{reverse('account')}#{name}"


@prepared(libraries=KeysField(), today=DateField())
def colleagues(libraries, today):
    """Return those who act for `libraries` or will, with their accounts."""
    of_libraries = Representative.objects.filter(library__is_one_of=libraries)
    return of_libraries.acting_or_to_come(today).select_related("user")


@prepared(libraries=KeysField())
def waiting_changes(libraries):
    waiting = NameChange.objects.filter(state=NameChange.State.WAITING)
    return waiting.filter(library__is_one_of=libraries)


@prepared(user=BigIntegerField())
def authenticators(user):
    return Authenticator.objects.filter(user=user).order_by("pk")


def documents_for_members(user):
    """Return the documents for members alone, of projects that `user` may see."""
    of_projects = ProjectDocument.objects.visible_to(user).filter(audience=Audience.MEMBERS)
    in_order = of_projects.order_by("-dated", "project", "position")
    return {
        "association_documents": list(
            AssociationDocument.objects.filter(audience=Audience.MEMBERS)
        ),
        "project_documents": list(in_order.select_related("project")),
    }


@method_decorator(never_cache, name="dispatch")
class Account(LoginRequiredMixin, TemplateView):
    """All that belongs to one's own account, and the ways to change it."""

    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **self.get_libraries(), **self.get_documents(), **self.get_ways_in(), **kwargs
        )

    def get_libraries(self):
        """Return the libraries that the person acts for, and who else does."""
        user = self.request.user
        mine, today = user.acts_by, timezone.localdate()
        ids = [each.library_id for each in mine]
        directed = {each.library_id for each in mine if each.is_director}
        others = colleagues(libraries=ids, today=today) if ids else []
        waiting = Invitation.objects.unanswered().filter(library__in=directed) if directed else []
        changes = waiting_changes(libraries=ids) if ids else []
        of_library = {each.library_id: each for each in changes}
        shown = [
            {
                "mine": each,
                "library": each.library,
                "is_directed": each.library_id in directed,
                "representatives": [],
                "invitations": [],
                "name_change": of_library.get(each.library_id),
            }
            for each in mine
        ]
        by_id = {each["library"].pk: each for each in shown}
        for other in others:
            by_id[other.library_id]["representatives"].append(other)
        for invitation in waiting:
            by_id[invitation.library_id]["invitations"].append(invitation)
        to_come = []
        if not mine:
            to_come = user.representations.filter(starts_on__gt=today).select_related("library")
        return {"libraries": shown, "to_come": to_come}

    def get_documents(self):
        """Return what is for members alone; a stranger's pages have the rest."""
        user = self.request.user
        if not reads_all_documents(user):
            return {"association_documents": [], "project_documents": []}
        if may_change(user, Project):
            return documents_for_members(user)
        make = partial(documents_for_members, user)
        return remembered(self.request, "documents for members", make, whoever_asks=True)

    def get_ways_in(self):
        """Return how and where the person logs in."""
        user = self.request.user
        factors = [each.wrap() for each in authenticators(user=user.pk)]
        of_type = {
            type: [each for each in factors if each.instance.type == type]
            for type in Authenticator.Type
        }
        return {
            "app": next(iter(of_type["totp"]), None),
            "passkeys": of_type["webauthn"],
            "has_second_step": bool(of_type["totp"] or (user.is_staff and of_type["webauthn"])),
            "recovery_codes": next(iter(of_type["recovery_codes"]), None),
            "sessions": [
                {
                    "session": session,
                    "device": device(session.user_agent),
                    "is_current": session.session_key == self.request.session.session_key,
                }
                for session in sessions.living(user)
            ],
        }


class Profile(LoginRequiredMixin, UpdateView):
    """One's own name, job and phone."""

    form_class = ProfileForm
    template_name = "accounts/profile.html"

    def get_object(self):
        return self.request.user

    def get_success_url(self):
        return section("profilis")

    def form_valid(self, form):
        """Write what was typed alone: staff may just be taking rights away."""
        form.instance.save(update_fields=list(form.fields))
        messages.success(self.request, _("Saved."))
        return redirect(self.get_success_url())


class OfDirectedLibrary(LoginRequiredMixin, Refusing, FormView):
    """A page of a library for whoever acts for it today as its director; a 404 for all others."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.representation = get_object_or_404(
                request.user.representations.acting().select_related("library"),
                library=kwargs["pk"],
                is_director=True,
            )
            self.library = self.representation.library
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(own_library=self.library, **kwargs)

    def told(self, message, of="atstovai"):
        """Lead to the section `of` of the account, and tell there what was done."""
        messages.success(self.request, message)
        return redirect(section(of))


class EditLibrary(OfDirectedLibrary):
    """What the public sees of the library, but for its name."""

    form_class = LibraryForm
    template_name = "accounts/library_form.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.library}

    def do(self, form):
        libraries.change(self.library, form.cleaned_data, by=self.request.user)
        collect_words(Project.objects.filter(partners__library=self.library).distinct())
        return self.told(_("Saved."), of="biblioteka")


class ChangeName(OfDirectedLibrary):
    """A new name of the library, which waits for staff to agree."""

    form_class = ChangeNameForm
    template_name = "accounts/library_name_form.html"

    def get_waiting(self):
        waiting = self.library.name_changes.filter(state=NameChange.State.WAITING)
        return waiting.first()

    def get_initial(self):
        waiting = self.get_waiting()
        if waiting is None:
            return {"name": self.library.name}
        return {"name": waiting.name, "name_since": waiting.name_since}

    def get_context_data(self, **kwargs):
        return super().get_context_data(waiting=self.get_waiting(), **kwargs)

    def do(self, form):
        name_changes.propose(self.library, **form.cleaned_data, by=self.request.user)
        history.note(self.request.user, self.library, _("A new name was proposed."))
        return self.told(_("The new name waits for the Association to agree."), of="biblioteka")


class InviteColleague(OfDirectedLibrary):
    """A director invites a colleague by e-mail."""

    form_class = InviteColleagueForm
    template_name = "accounts/invite_colleague.html"

    def do(self, form):
        invitation = Invitation(email=form.cleaned_data["email"], library=self.library)
        invitations.invite_colleague(invitation, by=self.request.user)
        history.note(self.request.user, self.library, _("A person was invited."))
        return self.told(_("The invitation is sent."))


class NameSuccessor(OfDirectedLibrary):
    """A director who leaves says until when, and who comes next."""

    form_class = NameSuccessorForm
    template_name = "accounts/name_successor.html"

    def do(self, form):
        email, starts_on = form.cleaned_data["email"], form.cleaned_data["starts_on"]
        by = self.request.user
        if email.lower() == by.email.lower():
            raise ValidationError({"email": _("Give the address of another person.")})
        invitation = succession.name_successor(self.representation, email, starts_on, by=by)
        history.note(by, self.library, _("The director named a successor."))
        if invitation is None:
            return self.told(_("Your colleague becomes the director on that day."))
        return self.told(_("The invitation is sent."))


def directed(user, **lookup):
    """Return the representation by which `user` directs the library today; raise Http404."""
    return get_object_or_404(user.representations.acting(), is_director=True, **lookup)


@require_POST
@login_required
def stay(request, pk):
    """Let the director of the library `pk` go on after all."""
    director = directed(request.user, library=pk)
    succession.stay(director)
    history.note(request.user, director.library, _("The director stays."))
    messages.success(request, _("You go on directing the library, and nobody succeeds you."))
    return redirect(section("atstovai"))


@require_POST
@login_required
def take_name_back(request, pk):
    """Let the new name of the library `pk` wait no more."""
    library = directed(request.user, library=pk).library
    name_changes.take_back(library)
    history.note(request.user, library, _("The new name was taken back."))
    messages.success(request, _("The new name is taken back."))
    return redirect(section("biblioteka"))


class EndRepresentation(LoginRequiredMixin, TemplateView):
    """One's own representation, or that of a colleague by the director, is ended at once."""

    template_name = "accounts/end_representation.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            found = Representative.objects.acting_or_to_come().select_related("library", "user")
            self.representation = get_object_or_404(found, pk=kwargs["pk"])
            self.is_own = self.representation.user_id == request.user.pk
            if not self.is_own and not request.user.directs(self.representation.library):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        others = Representative.objects.acting().filter(library=self.representation.library)
        is_last = not others.exclude(pk=self.representation.pk).exists()
        return super().get_context_data(
            representation=self.representation, is_own=self.is_own, is_last=is_last, **kwargs
        )

    def post(self, request, *args, **kwargs):
        library = self.representation.library
        try:
            representations.end(self.representation)
        except NotPossible as error:
            messages.error(request, reason(error))
        else:
            history.note(request.user, library, _("A representation was ended."))
            messages.success(request, _("The representation is ended."))
        return redirect(section("atstovai"))


def own_invitation(user, pk):
    """Return the unanswered invitation `pk` of a library that `user` directs; raise Http404."""
    invitation = get_object_or_404(Invitation.objects.unanswered(), pk=pk)
    if not user.directs(invitation.library):
        raise Http404
    return invitation


@require_POST
@login_required
def send_invitation_again(request, pk):
    invitation = own_invitation(request.user, pk)
    try:
        invitations.send_again_to_colleague(invitation)
    except (NotPossible, ValidationError) as error:
        messages.error(request, reason(error))
    else:
        history.note(request.user, invitation.library, _("An invitation was sent again."))
        messages.success(request, _("The invitation is sent again."))
    return redirect(section("atstovai"))


@require_POST
@login_required
def withdraw_invitation(request, pk):
    invitation = own_invitation(request.user, pk)
    try:
        invitations.withdraw(invitation)
    except NotPossible as error:
        messages.error(request, reason(error))
    else:
        history.note(request.user, invitation.library, _("An invitation was withdrawn."))
        messages.success(request, _("The invitation is withdrawn."))
    return redirect(section("atstovai"))
