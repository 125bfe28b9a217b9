"""The staff's doors."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from staff.views import accounts, desk, drafts, gaps, linking, messages, posts, replies, service_requests, templates
from staff.views.sign_in import SignIn

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("desk/", desk.desk, name="desk"),
    path("desk/poll/", desk.desk_poll, name="desk_poll"),
    # Below `watch/`, so that a team may be called anything.
    path("desk/watch/search/", desk.desk_search, name="desk_search"),
    path("desk/watch/set-aside/", posts.desk_set_aside, name="desk_set_aside"),
    path("desk/watch/chatter/", posts.desk_chatter, name="desk_chatter"),
    path("desk/watch/<slug:code>/", desk.desk_watch, name="desk_watch"),
    path("desk/requests/<int:number>/", service_requests.desk_request, name="desk_request"),
    path("desk/requests/<int:number>/here/", drafts.here, name="here"),
    path("desk/requests/<int:number>/drafts/<slug:form>/", drafts.draft, name="draft"),
    path("desk/requests/<int:number>/<slug:verb>/", service_requests.desk_verb, name="desk_verb"),
    path("desk/events/<int:event>/undo/", replies.undo, name="undo"),
    path("desk/replies/<int:reply>/send-again/", replies.send_again, name="send_again"),
    path("desk/replies/<int:reply>/edit/", replies.edit_and_resend, name="edit_and_resend"),
    path("desk/replies/<int:reply>/give-up/", replies.give_up, name="give_up"),
    path("desk/posts/<int:post>/try-again/", posts.try_again, name="try_again"),
    path("desk/posts/<int:post>/open/", posts.open_by_hand, name="open_by_hand"),
    path("desk/gaps/<int:gap>/acknowledge/", gaps.acknowledge_gap, name="acknowledge_gap"),
    path("desk/<slug:code>/", desk.desk_queue, name="desk_queue"),
    path("settings/accounts/", accounts.accounts, name="accounts"),
    path("settings/accounts/link/", linking.link, name="link_account"),
    path("settings/accounts/link/<slug:network>/", linking.link_network, name="link_network"),
    path("settings/accounts/link/<slug:network>/back/", linking.link_back, name="link_back"),
    path("settings/accounts/<int:account>/", accounts.account, name="account"),
    path("settings/accounts/<int:account>/read/", accounts.account_read, name="account_read"),
    path("settings/accounts/<int:account>/voice/", accounts.account_voice, name="account_voice"),
    path("settings/accounts/<int:account>/unlink/", accounts.account_unlink, name="account_unlink"),
    path("settings/accounts/<int:account>/switch/<slug:switch>/", accounts.account_switch, name="account_switch"),
    path("settings/templates/", templates.template_list, name="templates"),
    path("settings/templates/new/", templates.template_new, name="template_new"),
    path("settings/templates/<int:template>/", templates.template_edit, name="template_edit"),
    path("settings/templates/<int:template>/move/", templates.template_move, name="template_move"),
    path("settings/templates/<int:template>/remove/", templates.template_remove, name="template_remove"),
    path("settings/messages/", messages.automatic_messages, name="automatic_messages"),
    path("settings/messages/<slug:network>/", messages.automatic_message, name="automatic_message"),
    path("mayor/", include("staff.dashboard_urls")),
]
