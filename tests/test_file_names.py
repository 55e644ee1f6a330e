"""Names of files in forms arrive as their senders gave them."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.common.middleware import FileNamesMiddleware


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("um\u202f10.00.jpg", "um\u202f10.00.jpg"),
        ("\U0001f469\u200d\U0001f527.jpg", "\U0001f469\u200d\U0001f527.jpg"),
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
        ("a&#8239;b.jpg", "a\u202fb.jpg"),
        ("C:\\temp\\a.jpg", "a.jpg"),
        ("../../a.jpg", "a.jpg"),
        ("a\x07b\x00.jpg", "ab.jpg"),
        ("19%22 Rack.png", '19" Rack.png'),
        ("a%0D%0Ab%0Ac%0D.png", "a b c .png"),
        ("50%25 %2f %0d.png", "50%25 %2f %0d.png"),
        ("..", "file"),
        (". .", "file"),
        ("C:\\temp\\", "file"),
        ("\x07", "file"),
    ],
)
def test_name_of_a_file_in_a_form_is_whole_and_has_no_folders(sent: str, seen: str) -> None:
    head = f'--a\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n'
    request = RequestFactory().generic("POST", "/", f"{head}x\r\n--a--\r\n", "multipart/form-data; boundary=a")
    names: list[str | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        names.extend(file.name for file in request.FILES.getlist("file"))
        return HttpResponse()

    FileNamesMiddleware(view)(request)

    assert names == [seen]
