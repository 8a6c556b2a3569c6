"""The answer "yes" to what LibreOffice asks while it installs an extension."""

from __future__ import annotations

from typing import Any

APPROVAL = "com.sun.star.task.XInteractionApprove"


def consent() -> Any:
    """A command environment that approves, and takes no interest in the progress; UNO must be there."""
    import uno
    import unohelper
    from com.sun.star.task import XInteractionHandler
    from com.sun.star.ucb import XCommandEnvironment, XProgressHandler

    class Consent(unohelper.Base, XCommandEnvironment, XInteractionHandler, XProgressHandler):  # type: ignore[misc]
        def getInteractionHandler(self) -> Any:  # noqa: N802
            return self

        def getProgressHandler(self) -> Any:  # noqa: N802
            return self

        def handle(self, request: Any) -> None:
            for answer in request.getContinuations():
                approval = answer.queryInterface(uno.getTypeByName(APPROVAL))
                if approval is not None:
                    approval.select()
                    return

        def push(self, status: Any) -> None: ...

        def update(self, status: Any) -> None: ...

        def pop(self) -> None: ...

    return Consent()
