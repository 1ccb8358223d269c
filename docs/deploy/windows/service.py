"""医保基金监管 as a Windows service; as administrator: .venv\\Scripts\\python docs\\deploy\\windows\\service.py install

The service starts the server as a child and ends it with itself. If the server ends by itself the service fails, so
that the recovery settings of the service manager start it again.
"""

import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[3]
SETTINGS = Path(os.environ.get("PROGRAMDATA", HOUSE)) / "fund" / "settings.txt"
LOOK_MS, LEAVING_SECONDS = 1000, 60


def command() -> list[str]:
    """The server; sys.executable is pywin32's host of services here, not Python."""
    python = HOUSE / ".venv" / "Scripts" / "python.exe"
    return [str(python), "-m", "streamlit", "run", "dashboard.py", "--server.headless=true"]


def environment(settings: Path = SETTINGS) -> dict[str, str]:
    """The system's environment and the lines NAME=VALUE of the settings; those that begin with # are remarks."""
    lines = settings.read_text("utf-8-sig").splitlines() if settings.exists() else []
    told = dict(line.strip().split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return os.environ | {"PYTHONUTF8": "1"} | told


def run(stopping, tell) -> int:
    """Keep the server until stopping(): 0; its exit code where it ends by itself, which tell() is told."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    server = subprocess.Popen(command(), cwd=HOUSE, env=environment(), creationflags=hidden)
    while not stopping():
        if server.poll() is not None:
            tell(f"服务程序自己退出了，退出码 {server.returncode}；详见日志")
            return server.returncode or 1
    server.terminate()  # a load that is under way leaves nothing half done
    server.wait(LEAVING_SECONDS)
    return 0


if sys.platform == "win32":
    import servicemanager
    import win32event
    import win32service
    import win32serviceutil

    class FundService(win32serviceutil.ServiceFramework):
        """What the service manager talks to."""

        _svc_name_ = "FundDashboard"
        _svc_display_name_ = "医保基金监管"
        _svc_description_ = "县医保基金监管的网页服务"

        def __init__(self, arguments) -> None:
            super().__init__(arguments)
            self.event = win32event.CreateEvent(None, True, False, None)

        def SvcStop(self) -> None:
            self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING)
            win32event.SetEvent(self.event)

        def SvcDoRun(self) -> None:
            code = run(self.stopping, servicemanager.LogErrorMsg)
            if code:
                os._exit(code)  # a service that reports it has stopped is not started again

        def stopping(self) -> bool:
            return win32event.WaitForSingleObject(self.event, LOOK_MS) == win32event.WAIT_OBJECT_0

    if __name__ == "__main__":
        win32serviceutil.HandleCommandLine(FundService)
