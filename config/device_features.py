"""Which pages may use the microphone and the camera of the reader's device."""

# Pages where messages, updates, answers or photos are written, and those that show again what was refused. Also where
# nothing may be written at the moment: that may change while the page is open. The page that scans says so itself.
RECORDING_PAGES = frozenset(
    {
        *("portal:ticket_detail", "portal:ticket_join", "portal:flow_step"),
        *("portal:message_send", "portal:update_post", "portal:internal_update_post"),
        *("office:ticket_detail", "office:ticket_form", "office:flow_step", "office:desk_form", "office:ticket_edit"),
        *("office:message_send", "office:update_post", "office:internal_update_post"),
    }
)
