"""Weights of several people: who may see what, and which ranks they agree on, counted by hand."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import tomli
from attrs import evolve
from hubrank.cli.app import run
from hubrank.methods.weighting import RANDOM_INDEX
from hubrank_studio.folder import Folder
from hubrank_studio.opening import begun
from hubrank_studio.people import concentration

#: Two indicators of four towns whose scores between 0 and 100 are these values.
FOUR = "Town,Art,Baths\nPisa,100,0\nQuito,10,100\nRiga,60,48\nSiena,0,20\n"
#: Points of three people. By hand: the scenario's equal weights give Quito 55, Riga 54, Pisa 50 and Siena 10.
#: Ann: Pisa 80, Riga 57.6, Quito 28, Siena 4; Bea: Pisa 60, Riga 55.2, Quito 46, Siena 8; Carl: Quito 82, Riga 50.4,
#: Pisa 20, Siena 16.
POINTS = {"Ann": (80, 20), "Bea": (60, 40), "Carl": (20, 80)}


@pytest.fixture
def four(tmp_path, serving):
    """A studio of the four towns."""
    path = tmp_path / "four.csv"
    path.write_text(FOUR)
    with serving(begun(str(path), tmp_path / "work")) as running:
        yield running


class Asked:
    """Someone who has the link, and nothing else."""

    def __init__(self, studio):
        studio.settled()
        if not studio.session.folder.link:
            studio.do("people.link")
        root = studio.address.rstrip("/").rpartition("/")[0]
        self.token = studio.session.folder.link
        self.ask = evolve(studio, address=f"{root}/ballot/{self.token}/").ask
        self.other = evolve(studio, address=f"{root}/").ask

    def ballot(self, me=""):
        """What the page shows."""
        return self.ask(f"ballot?me={me}").json

    def answer(self, said, name="", me=""):
        """The secret of whoever answers."""
        return self.ask("answer", {"name": name, "me": me, "said": said}).json["me"]


def points(art, baths):
    """An answer by points."""
    return {"all": {"points": {"art": art, "baths": baths}}}


@pytest.fixture
def three(four):
    """The studio once the three people have answered, and their secrets."""
    asked = Asked(four)
    return four, {name: asked.answer(points(*given), name) for name, given in POINTS.items()}


def ranks(studio):
    """The shares by the towns' names."""
    return {item.pop("name"): item for item in studio.ask("view/people").json["ranks"]}


def test_ranks_hold_for_shares_of_people_as_counted_by_hand(three):
    """And the owner can leave one out."""
    studio, _ = three
    third = pytest.approx(1 / 3)
    assert ranks(studio) == {
        "Quito": {"rank": 1, "same": third, "first": third, "low": 1, "high": 3},
        "Riga": {"rank": 2, "same": 1, "first": 0, "low": 2, "high": 2},
        "Pisa": {"rank": 3, "same": third, "first": pytest.approx(2 / 3), "low": 1, "high": 3},
        "Siena": {"rank": 4, "same": 1, "first": 0, "low": 4, "high": 4},
    }
    art = studio.ask("view/people").json["dimensions"][0]["members"][0]
    assert (art["own"], art["each"], art["low"], art["high"]) == (0.5, [0.8, 0.6, 0.2], 0.2, 0.8)
    studio.do("people.leave", number=3, out=True)
    assert ranks(studio)["Pisa"] == {"rank": 3, "same": 0, "first": 1, "low": 1, "high": 1}
    assert [item["left_out"] for item in studio.ask("view/people").json["people"]] == [False, False, True]


def test_the_table_of_people_is_one_that_sweep_takes(three, capsys):
    """In the studio's folder, beside the scenario."""
    studio, _ = three
    folder = studio.session.folder.path
    assert (folder / "people.csv").read_text() == "name,art,baths\n" + "".join(
        f'"{name}",{art},{baths}\n' for name, (art, baths) in POINTS.items()
    )
    assert run(["sweep", str(folder / "scenario.toml"), str(folder / "people.csv"), "--format", "json"]) == 0
    table = pd.DataFrame(json.loads(capsys.readouterr().out)["sweep"])
    first = table[table["rank"] == 1].set_index("set")["unit"].to_dict()
    assert first == {"Ann": "Pisa", "Bea": "Pisa", "Carl": "Quito"}


def test_the_peoples_weights_are_put_into_the_scenario_at_a_click_and_taken_back(three):
    """Their mean, 53.33, and a Dirichlet distribution with their variance: 0.4978 / 0.1867 - 1 = 1.667."""
    studio, _ = three
    before = studio.ask("state").json["toml"]
    state = studio.do("people.apply")
    robustness = tomli.loads(state["toml"])["robustness"]
    assert robustness["weight_uncertainty"] == {"all": {"distribution": "dirichlet", "concentration": 1.667}}
    assert re.findall(r"^weight = (.*)$", state["toml"], re.MULTILINE) == ["1.0", "53.33", "46.67"]
    assert state["history"][-1]["what"] == {"key": "step.people", "values": {"count": 3}}
    assert state["problems"] == []
    result = studio.settled()["result"]
    pisa = result["names"].index("Pisa")
    assert (result["low"][pisa], result["high"][pisa]) == (1, 4)  # Siena is ahead where art counts less than 1/6
    assert studio.do("undo")["toml"] == before


def test_a_concentration_gives_back_that_of_draws():
    """Of 20,000 draws by numpy, to a twentieth; people who agree have none between them."""
    drawn = np.random.default_rng(1).dirichlet([6.0, 3.0, 1.0], 20_000)
    assert concentration(drawn) == pytest.approx(10, rel=0.05)
    assert concentration(np.array([[0.5, 0.5], [0.5, 0.5]])) == 10_000


def test_a_person_comes_back_and_changes_and_sees_the_others_only_then(three):
    """By a secret that nobody else has; the owner does not see it either."""
    studio, secrets = three
    asked = Asked(studio)
    stranger = asked.ballot()
    assert (stranger["answered"], stranger["name"]) == (False, "")
    assert [(item["others"], item["said"]) for item in stranger["dimensions"]] == [(None, None)]
    bea = asked.ballot(secrets["Bea"])["dimensions"][0]
    assert bea["others"] == {"art": 0.5, "baths": 0.5}
    assert bea["said"] == {"points": {"art": 60, "baths": 40}}
    assert asked.answer(points(10, 90), "Bea", secrets["Bea"]) == secrets["Bea"]
    people = studio.ask("view/people").body.decode()
    assert Folder(path=studio.session.folder.path).link == asked.token  # also after the studio was started again
    assert [item["name"] for item in json.loads(people)["people"]] == [*POINTS]
    assert ranks(studio)["Pisa"]["first"] == pytest.approx(1 / 3)
    assert not any(secret in people for secret in secrets.values())


def test_comparisons_are_weights_by_ahp_unless_they_contradict_each_other(studio):
    """Twice and twice again makes 4, 2 and 1 of 7; in a circle they are refused, and the odd one is named."""
    asked = Asked(studio)
    names = ["income-eur", "unemployment", "green-space"]
    one, two, three = names
    consistent = {one: {two: 2, three: 4}, two: {three: 2}}
    found = asked.ask("weighed", {"dimension": "all", "pairs": consistent}).json
    assert [found["weights"][name] for name in names] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert not found["contradicts"]
    asked.answer({"all": {"pairs": consistent}})
    members = studio.ask("view/people").json["dimensions"][0]["members"]
    assert [item["mean"] for item in members] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert studio.ask("view/people").json["people"][0]["name"] == "person 1"

    circle = {one: {two: 5, three: 1 / 3}, two: {three: 3}}
    found = asked.ask("weighed", {"dimension": "all", "pairs": circle}).json
    matrix = np.array([[1, 5, 1 / 3], [1 / 5, 1, 3], [3, 1 / 3, 1]])
    eigenvalue = max(np.linalg.eigvals(matrix).real)
    assert (eigenvalue - 3) / 2 / RANDOM_INDEX[2] > 0.1
    assert found["contradicts"]
    refused = asked.ask("answer", {"name": "", "me": "", "said": {"all": {"pairs": circle}}})
    assert (refused.status, "contradict" in refused.json["problems"][0]["what"]) == (422, True)


@pytest.mark.parametrize(
    "said",
    [
        *({}, {"all": 3}, {"other": {}}),
        *(points(50, 49), points(150, -50), points(1e309, 0), {"all": {"points": {"art": 100}}}),
        *(
            {"all": {"pairs": each}}
            for each in ({"art": {"baths": 99}}, {}, [], 3, {"art": 3}, {"art": {"baths": "3"}})
        ),
    ],
)
def test_an_incomplete_answer_is_refused(four, said):
    """And nothing is kept of it."""
    asked = Asked(four)
    assert asked.ask("answer", {"name": "", "me": "", "said": said}).status == 422
    assert four.session.folder.people() == []


def test_the_link_opens_the_questions_and_nothing_else(four):
    """Its token is not the studio's, which opens no ballot; a closed link opens nothing."""
    asked = Asked(four)
    assert asked.ask().status == 200
    assert asked.ask("page/ballot.js").status == 200
    assert 'ballot.js?lang=de"' in asked.ask("?lang=de").body.decode()
    for path in ("", "state", "view/people", "report", "save/run", "events", "page/studio.js"):
        assert asked.other(f"{asked.token}/{path}").status == 404
    for path in ("state", "do", "view/people", "report", "save/run", "events", "table"):
        assert asked.ask(path).status == 404
        assert asked.other(f"ballot/{path}").status == 404
    mine = four.address.rstrip("/").rpartition("/")[2]
    assert asked.other(f"ballot/{mine}/ballot").status == 404
    assert asked.other("ballot//ballot").status == 404
    assert mine not in asked.ask().body.decode()
    assert asked.ask("ballot", headers={"Host": "evil.example"}).status == 421
    assert asked.ask("answer", {}, headers={"Origin": "http://evil.example"}).status == 403
    four.do("people.link", close=True)
    assert asked.ask("ballot").status == 404
    assert asked.other("ballot//ballot").status == 404


def test_answers_about_parts_that_are_gone_do_not_count(three):
    """Someone who said something about two parts said nothing about three."""
    studio, _ = three
    toml = studio.ask("state").json["toml"]
    indicator = '\n[indicators.more]\nlike = "art"\noptions = { column = "baths" }\n'
    assert studio.do("write", toml=toml + indicator, base=1)["problems"] == []
    found = studio.ask("view/people").json
    assert (found["counted"], [item["outdated"] for item in found["people"]]) == (0, [True] * 3)
    assert found["ranks"] is None
    studio.edit("weighting", "method", value="equal")
    assert studio.ask("view/people").json["dimensions"] == Asked(studio).ballot()["dimensions"] == []


@pytest.mark.long
def test_weights_of_a_reader_come_back_in_a_file(four, browser, tmp_path):
    """Moved in the saved page offline, saved with a name, and dropped into the studio, twice."""
    four.settled()
    report = tmp_path / "report.html"
    report.write_bytes(four.ask("save/report").body)
    reader = browser.new_context(offline=True, accept_downloads=True)
    page = reader.new_page()
    page.goto(report.as_uri())
    page.wait_for_function("window.hubrank !== undefined")
    assert page.evaluate("window.hubrank.rerank({ all: [1, 3] })") == ""
    page.evaluate("document.getElementById('panel').open = true")
    page.fill("#answer-name", 'Zoë "Z" =1+1')
    with page.expect_download() as download:
        page.click("#save-answer")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "Zoë-Z-1-1.toml"
    reader.close()

    owner = browser.new_context()
    page = owner.new_page()
    page.goto(four.address)
    page.wait_for_selector("#rows tbody th")
    for _ in range(2):
        page.set_input_files("#file", file)
        page.wait_for_selector("#people .people li")
    page.wait_for_timeout(300)
    assert page.locator("#people .people li").all_inner_texts() == [' Zoë "Z" =1+1 from a file']
    owner.close()
    person = four.ask("view/people").json
    assert [item["each"] for item in person["dimensions"][0]["members"]] == [[0.25], [0.75]]
    assert "\"'=1+1" not in (four.session.folder.path / "people.csv").read_text()
    assert ranks(four)["Quito"]["first"] == 1  # 77.5, before Riga with 51
    refused = four.do("people.file", toml="[indicators.elsewhere]\nweight = 1", file="x.toml")
    assert refused["problems"][0]["what"] == "x.toml: 'elsewhere' is no part of this index"


@pytest.mark.long
def test_a_person_answers_in_a_browser(studio, browser):
    """By points that must sum to 100, and by comparisons; then sees how to come back."""
    asked = Asked(studio)
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(studio.address + f"../ballot/{asked.token}/")
    fields = page.locator("fieldset[data-key=all] input[type=number]")
    fields.first.wait_for()
    for at, number in enumerate(("50", "30", "30")):
        fields.nth(at).fill(number)
    assert "10 points too many" in page.inner_text("fieldset")
    page.click("#answer")
    page.wait_for_selector("#failed li")
    fields.nth(2).fill("20")
    page.fill("#name", "<b>Ines</b>")
    page.click("#answer")
    page.wait_for_selector("#done input")
    mine = page.input_value("#done input")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Someone else").click()
    page.wait_for_selector("fieldset input")
    assert (page.input_value("#name"), page.locator("#done *").count(), "#" in page.url) == ("", 0, False)
    assert [item["mean"] for item in studio.ask("view/people").json["dimensions"][0]["members"]] == [0.5, 0.3, 0.2]

    again = browser.new_context().new_page()
    again.goto(mine)
    again.wait_for_selector("#done input")
    assert again.input_value("#name") == "<b>Ines</b>"
    again.select_option("#way-all", "pairs")
    for select in again.locator(".pair select").all():
        select.select_option(index=2)
    again.wait_for_selector("fieldset .problem, fieldset [role=status] p")
    again.click("#answer")
    again.wait_for_selector("#failed li, #done:focus")
    assert len(studio.session.folder.people()) == 1
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_people_answer_and_where_they_are_counted(three, browser, scheme):
    """At the width of a phone, before and after an answer, and in the panel."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core looks at the page").Axe()
    studio, secrets = three
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = []
    for place, ready in (("", "fieldset input"), (f"#{secrets['Ann']}", "#done table")):
        page.goto("about:blank")
        page.goto(studio.address + f"../ballot/{studio.session.folder.link}/{place}")
        page.wait_for_selector(ready)
        found += axe.run(page).response["violations"]
    page.goto(studio.address)
    page.wait_for_selector("#rows tbody th")
    page.click("#panels-toggle")
    page.click("#people-panel summary")
    page.wait_for_selector("#people table")
    found += axe.run(page, context="#people").response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
