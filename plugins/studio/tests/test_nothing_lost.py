"""Reload, back, two tabs on one file, a server that is killed: nothing that was done is lost."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from hubrank_studio.folder import Folder
from hubrank_studio.session import Session

SECRET = "a-token-of-a-test"  # noqa: S105  # of a server that lives for a test
#: The command, in a process of its own.
HUBRANK = [sys.executable, "-c", "from hubrank.cli import main; main()"]


def free_port():
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def started(folder, port):
    """A studio in a process of its own, as soon as it answers, and its address."""
    words = ["studio", "--folder", str(folder), "--port", str(port), "--token", SECRET, "--no-open"]
    process = subprocess.Popen([*HUBRANK, *words], stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/{SECRET}/"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}state", timeout=5).close()  # noqa: S310  # a loopback address
        except OSError:
            time.sleep(0.1)
        else:
            return process, address
    raise AssertionError("it does not answer")


def rank_pasted(page, table):
    """Paste a table, and wait until it is ranked."""
    page.fill("#paste", table)
    page.click("text=Rank these cells")
    page.wait_for_selector("#rows tr[data-code]")


@pytest.mark.long
def test_a_killed_server_loses_no_step_and_the_page_goes_on(towns, browser, tmp_path):
    """The page says that nobody answers, keeps what is typed, and goes on with the next server."""
    port = free_port()
    process, address = started(tmp_path / "work", port)
    page = browser.new_page()
    page.goto(address)
    rank_pasted(page, towns.read_text())
    page.click("#scenario-panel summary")
    page.wait_for_selector("#toml")
    before = (tmp_path / "work" / "scenario.toml").read_text()
    process.kill()
    process.wait()
    mine = before.replace('title = "Quality of life"', 'title = "Our towns"')
    page.fill("#toml", mine)
    page.click("#toml-save")
    page.wait_for_selector("#failed li")
    assert page.input_value("#toml") == mine
    process, _address = started(tmp_path / "work", port)
    page.click("#toml-save")
    page.wait_for_selector("#failed li", state="detached")
    assert (tmp_path / "work" / "scenario.toml").read_text() == mine
    page.click("#undo")
    page.wait_for_selector("#redo:not([disabled])")
    assert (tmp_path / "work" / "scenario.toml").read_text() == before
    page.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


@pytest.mark.long
def test_two_tabs_and_a_reload_show_the_same(studio, browser):
    """What one tab does the other shows; a reload and the back button change nothing."""
    one, other = browser.new_page(), browser.new_page()
    for page in (one, other):
        page.goto(studio.address)
        page.wait_for_selector("#rows tr[data-code]")
    studio.do("write", toml=studio.session.step.toml.replace("Quality of life", "Our towns"), base=1)
    for page in (one, other):
        page.wait_for_selector("h1:has-text('Our towns'), #title:has-text('Our towns'), [value='Our towns']")
    one.click("#undo")
    other.wait_for_selector("#redo:not([disabled])")
    other.reload()
    other.wait_for_selector("#redo:not([disabled])")
    other.goto("about:blank")
    other.go_back()
    other.wait_for_selector("#redo:not([disabled])")
    assert studio.ask("state").json["step"] == 1
    one.close()
    other.close()


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_a_server_killed_while_it_writes_leaves_whole_files(towns, tmp_path):
    """Thirty changes, killed at any of them: the scenario is one of the steps, and the history has them."""
    code = (
        "import sys; from pathlib import Path; from hubrank_studio.document import Edit; "
        "from hubrank_studio.studio_command import begun; "
        "session = begun(sys.argv[1], Path(sys.argv[2])); print('ready', flush=True); "
        "[session.edit([Edit(('indicators', 'income-eur', 'weight'), at)]) for at in range(2, 2000)]"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(towns), str(tmp_path / "work")], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.7)
    process.kill()
    process.communicate()
    text = (tmp_path / "work" / "scenario.toml").read_text()
    session = Session(Folder(path=tmp_path / "work"))
    assert session.step.toml == text
    assert session.ranking is not None
    numbers = [step["number"] for step in session.folder.steps()]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[-1] > 1
