"""Inhabitants of hubs, added up again from towns found with the eye in the raw lists, without the builder."""

import pytest

from plugins.almanac.tests.recounting import RAW, kilometres, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

#: Hub, true value, a point in it, GeoNames' towns that it has, and of the United Nations' agglomerations there that
#: have more than the towns in them the names of these.
FIGURES = [
    ("cambridge", 309_049, (52.2, 0.1),
     "Cambridge; Ely; Newmarket; Saint Ives; Saffron Walden; Royston; Mildenhall; Soham; Cambourne; "
     "Littleport; Histon; Sawston; Burwell; Cottenham; Waterbeach",
     {}),
    ("oxford", 409_326, (51.8, -1.3),
     "Oxford; Abingdon; Bicester; Didcot; Witney; Cowley; Carterton; Kidlington; Wantage; Buckingham; "
     "Wallingford; Grove; Faringdon; Benson; Chipping Norton; Wheatley; West Ilsley",
     {}),
    ("canberra", 644_771, (-35.3, 149.1),
     "Canberra; Tuggeranong; Kambah; Ngunnawal; Jerrabomberra; Karabar; Harrison; Gordon; Bruce; "
     "Wanniassa; Kaleen; Dunlop; Nicholls; Macgregor; Bonner; Belconnen; Franklin; Queanbeyan; "
     "Narrabundah; Gungahlin; Watson; Casey; Amaroo; Calwell; Palmerston; Evatt; Curtin; Lyneham; Chisholm",
     {}),
    ("tallinn", 760_072, (59.4, 24.8),
     "Tallinn; Lasnamäe; Mustamäe; Haabersti; Nõmme; Pirita; Maardu; Keila; Haabneeme; Kuusalu; Peetri; "
     "Männiku; Saue; Laagri; Raasiku; Rapla",
     {}),
    ("singapore", 5_650_130, (1.3, 103.9),
     "Singapore; Woodlands North Coast",
     {}),
    ("shenzhen", 17_520_459, (22.5, 114.1),
     "Shenzhen; Sanjianzai; Heyi",
     {}),
    ("basel", 604_841, (47.6, 7.6),
     "Basel; Lörrach; Rheinfelden; Weil am Rhein; Saint-Louis; Riehen; Schopfheim; Reinach; Muttenz; "
     "Pratteln; Grenzach-Wyhlen; Wehr; Liestal; Münchenstein; Rheinfelden; Birsfelden; Oberwil; Aesch; "
     "Steinen; Therwil; Möhlin; Arlesheim; Efringen-Kirchen; Dornach; Huningue; Zell im Wiesental; "
     "Frenkendorf; Bottmingen; Sissach; Laufen",
     {"Basel":
     "Basel; Lörrach; Rheinfelden; Weil am Rhein; Saint-Louis; Riehen; Reinach; Muttenz; Pratteln; "
     "Grenzach-Wyhlen; Liestal; Münchenstein; Rheinfelden; Birsfelden; Oberwil; Aesch; Steinen; Therwil; "
     "Arlesheim; Efringen-Kirchen; Kandern; Dornach; Huningue; Frenkendorf; Bottmingen; Laufen"}),
    ("bengaluru", 12_359_541, (13.0, 77.6),
     "Bengaluru; Hosūr; Closepet; Doddaballapura; Hoskote; Anekal; Mālūr; Nelamangala; Vijayapura; "
     "Jūjūvādi; Devanahalli; Māgadi; Mattigiri; Attibele; Avalēpalli; Sarjāpur; Bidadi; Sūlibele; "
     "Bāshettihalli",
     {"Bangalore":
     "Bengaluru; Kolār; Closepet; Doddaballapura; Channapatna; Chik Ballāpur; Hoskote; Kanakapura; "
     "Sidlaghatta; Anekal; Mālūr; Nelamangala; Vijayapura; Kunigal; Devanahalli; Māgadi; Denkanikota; "
     "Attibele; Sarjāpur; Allipura; Bidadi; Sūlibele; Bāshettihalli", "Hosur":
     "Hosūr; Jūjūvādi; Mattigiri; Avalēpalli; Kelamangalam"}),
    ("frankfurt", 3_993_634, (50.1, 8.7),
     "Frankfurt am Main; Wiesbaden; Mainz; Darmstadt; Hanau am Main; Aschaffenburg; Rüsselsheim am Main; "
     "Bad Homburg vor der Höhe; Oberursel; Rodgau; Bad Kreuznach; Dreieich; Bensheim; Maintal; Langen; "
     "Biebrich; Hofheim am Taunus; Bad Vilbel; Neu-Isenburg; Dietzenbach; Mörfelden-Walldorf; Bad Nauheim; "
     "Taunusstein; Mühlheim am Main; Kelkheim; Friedberg; Weiterstadt; Bingen am Rhein; Idstein; "
     "Pfungstadt; Obertshausen; Griesheim; Butzbach; Hattersheim; Gonsenheim; Ingelheim am Rhein; "
     "Friedrichsdorf; Groß-Gerau; Riedstadt; Bad Soden am Taunus; Büdingen; Eschborn; Gelnhausen; Karben; "
     "Seligenstadt; Groß-Umstadt; Bruchköbel; Nidderau; Flörsheim; Heusenstamm; Alzenau in Unterfranken; "
     "Alzey; Reinheim; Arheilgen; Kronberg; Babenhausen; Michelstadt; Hochheim am Main; Eltville; "
     "Seeheim-Jugenheim; Großostheim; "
     "Ginsheim-Gustavsburg; Königstein im Taunus; Ober-Ramstadt; Neu-Anspach; "
     "Dieburg; Niedernhausen; Bad Camberg; Schwalbach am Taunus; Münster; Groß-Zimmern; Kelsterbach; "
     "Erbach; Raunheim; Usingen; Eppstein; Büttelborn; Hösbach; Großauheim; Trebur; Erlensee; "
     "Langenselbold; Wächtersbach; Altenstadt; Mömbris; Langgöns; Roßdorf; Bischofsheim; Kranichstein; "
     "Geisenheim; Rosbach vor der Höhe; Rodenbach; Bad Schwalbach; Gernsheim; Schierstein; Kriftel; "
     "Nauheim; Höchst im Odenwald; Königstädten; Bad Orb; Steinbach am Taunus; Goldbach; Rüdesheim am "
     "Rhein; Erlenbach am Main; Bad König; Egelsbach; Wölfersheim; Wehrheim; Alsbach-Hähnlein; Alsbach; "
     "Schmitten; Reichelsheim; Florstadt; Obernburg am Main; Sulzbach; Schaafheim; Elsenfeld; Weilmünster; "
     "Liederbach; Haibach; Budenheim; Nieder-Olm; Kleinostheim; Mainaschaff; Kirchheimbolanden; Simmern; "
     "Nordenstadt; Nierstein; Wörrstadt; Stockstadt am Main; Ober-Saulheim; Lützelbach; Erzhausen; "
     "Zwingenberg; Kahl am Main; Großkrotzenburg; Sulzbach am Main; Bodenheim; Reichelsheim; Oppenheim; "
     "Biebesheim; Birstein; Gau-Algesheim; Bad Sobernheim; Wixhausen; Klingenberg am Main; Schlangenbad; "
     "Gräfenhausen; Ober-Mörlen; Einhausen; Eppertshausen; Kleinwallstadt; Waldems; Stockstadt am Rhein; "
     "Walluf; Braunshardt; Münzenberg; Lindenfels; Brensbach; Glashütten; Laufach; Bickenbach; "
     "Grävenwiesbach; Dornheim; Großheubach; Mömlingen; Nackenheim",
     {}),
    ("dongguan", 9_873_953, (23.0, 113.7),
     "Dongguan; Gongheyong; Songgang",
     {}),
]  # fmt: skip


def people(point: tuple[float, float], names: str) -> int:
    """GeoNames' inhabitants of the largest towns of names within 100 km of a point; a name that stands twice is two."""
    listed = names.split("; ")
    near = [
        (int(row["population"]), row["name"])
        for row in read(RAW / "gazetteer/geonames_cities5000_slim.csv")
        if row["name"] in listed and kilometres(point, (float(row["latitude"]), float(row["longitude"]))) < 100
    ]
    found = [sorted((count for count, each in near if each == name), reverse=True) for name in dict.fromkeys(listed)]
    return sum(sum(counts[: listed.count(name)]) for counts, name in zip(found, dict.fromkeys(listed), strict=True))


@pytest.mark.parametrize(("hub", "true", "point", "towns", "more"), FIGURES, ids=[each[0] for each in FIGURES])
def test_inhabitants_are_those_of_towns_and_of_agglomerations(
    hub: str, true: int, point: tuple[float, float], towns: str, more: dict[str, str]
) -> None:
    """Towns, and what an agglomeration of 2020 has more than the towns in it."""
    listed = read(RAW / "gazetteer/un_wup2018_urban_agglomerations_over_300k.csv")
    wholes = {row["urban_agglomeration"]: 1000 * float(row["population_thousands_2020"]) for row in listed}
    again = people(point, towns)
    for name, inside in more.items():
        again += wholes[name] - people(point, inside)

    assert again == pytest.approx(true, abs=1)
    assert shipped(hub, "inhabitants", "population") == pytest.approx(again, abs=1)
