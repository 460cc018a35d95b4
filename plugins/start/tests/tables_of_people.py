"""Small tables as people make them, with what stands in them."""

from attrs import field, frozen


@frozen
class Table:
    """A table's text, what stands between its cells, and by hand what is read of it.

    `values` are those of the newest year, by the indicators' titles and the units' names; `dimensions` those of
    indicators, where there are any. Without a sign between cells
    a text is no table of pandas.
    """

    name: str
    text: str
    values: dict
    sep: str = ","
    dimensions: dict = field(factory=dict)


TABLES = [
    Table(
        "tidy",
        "Town,Income,Unemployment\nAachen,21500,6.9\nBonn,24300,5.8\nCelle,19900,6.3\n",
        {
            "Income": {"Aachen": 21500, "Bonn": 24300, "Celle": 19900},
            "Unemployment": {"Aachen": 6.9, "Bonn": 5.8, "Celle": 6.3},
        },
    ),
    Table(
        "shares with a percent sign",
        "Town,Recycled share,Rent\nAlba,30%,900\nBrig,22%,1200\nCairn,45%,750\n",
        {
            "Recycled share": {"Alba": 30, "Brig": 22, "Cairn": 45},
            "Rent": {"Alba": 900, "Brig": 1200, "Cairn": 750},
        },
    ),
    Table(
        "items",
        "model,task,score\nalpha,t1,10\nalpha,t2,10\nalpha,t3,40\nbeta,t1,20\nbeta,t2,30\nbeta,t3,25\n",
        {"score": {"alpha": 20, "beta": 25}},
    ),
    Table(
        "trials of 0 and 1",
        "model,task,passed\nalpha,t1,1\nalpha,t2,0\nalpha,t3,1\nalpha,t4,1\nbeta,t1,1\nbeta,t2,0\nbeta,t3,0\nbeta,t4,1\n",
        {"passed": {"alpha": 0.75, "beta": 0.5}},
    ),
    Table(
        "rows that are equal in every column",
        "Town,Income\nAachen,21500\nBonn,24300\nAachen,21500\nCelle,19900\n",
        {"Income": {"Aachen": 21500, "Bonn": 24300, "Celle": 19900}},
    ),
    Table(
        "years down",
        "unit,year,Income\nA,2022,1\nB,2022,2\nA,2023,9\nB,2023,3\n",
        {"Income": {"A": 9, "B": 3}},
    ),
    Table(
        "years across",
        "Country,2021,2022,2023\nAustria,1.5,2.5,3.5\nBelgium,2.5,2.25,1.5\nChile,4,5,6\n",
        {"table": {"Austria": 3.5, "Belgium": 1.5, "Chile": 6}},
    ),
    Table(
        "a title above",
        "Quality of life 2024,,\nTown,Income,Green space\nAachen,21500,31\nBonn,24300,42\nCelle,19900,38\n",
        {
            "Income": {"Aachen": 21500, "Bonn": 24300, "Celle": 19900},
            "Green space": {"Aachen": 31, "Bonn": 42, "Celle": 38},
        },
    ),
    Table(
        "semicolons and decimal commas",
        "Stadt;Einkommen;Arbeitslosigkeit\nAachen;21.500,0;6,9\nBonn;24.300,0;5,8\nCelle;19.900,0;6,3\n",
        {
            "Einkommen": {"Aachen": 21500, "Bonn": 24300, "Celle": 19900},
            "Arbeitslosigkeit": {"Aachen": 6.9, "Bonn": 5.8, "Celle": 6.3},
        },
        ";",
    ),
    Table(
        "codes beside names, regions",
        "code,Country,Region,Life expectancy,GDP\nAUT,Austria,Europe,81,52\n"
        "BEL,Belgium,Europe,82,49\nCHL,Chile,America,80,16\nJPN,Japan,Asia,84,40\n",
        {
            "Life expectancy": {"Austria": 81, "Belgium": 82, "Chile": 80, "Japan": 84},
            "GDP": {"Austria": 52, "Belgium": 49, "Chile": 16, "Japan": 40},
        },
    ),
    Table(
        "an index, a rank and a running number",
        "Nr,Town,Score,Rank,Safety,Income\n1,Aachen,3.0,2,3,3\n2,Bonn,3.5,1,5,2\n3,Celle,1.5,3,1,2\n",
        {"Safety": {"Aachen": 3, "Bonn": 5, "Celle": 1}, "Income": {"Aachen": 3, "Bonn": 2, "Celle": 2}},
    ),
    Table(
        "gaps and footnotes",
        "Town,Income,Safety,Green\nAachen,21500,4*,31\nBonn,..,5,42\nCelle,19900,n/a,38\nDessau,17800,3,45\n",
        {
            "Income": {"Aachen": 21500, "Celle": 19900, "Dessau": 17800},
            "Safety": {"Aachen": 4, "Bonn": 5, "Dessau": 3},
            "Green": {"Aachen": 31, "Bonn": 42, "Celle": 38, "Dessau": 45},
        },
    ),
    Table(
        "a scale of words",
        "Town,Service,Income\nAachen,good,3\nBonn,very good,2\nCelle,poor,4\nDessau,fair,1\n",
        {
            "Service": {"Aachen": 3, "Bonn": 4, "Celle": 1, "Dessau": 2},
            "Income": {"Aachen": 3, "Bonn": 2, "Celle": 4, "Dessau": 1},
        },
    ),
    Table(
        "a total below",
        "Region,Jobs,Firms\nNorth,10,4\nSouth,20,7\nWest,34,9\nTotal,64,20\n",
        {"Jobs": {"North": 10, "South": 20, "West": 34}, "Firms": {"North": 4, "South": 7, "West": 9}},
    ),
    Table(
        "points",
        "Town,lat,lon,Income\nAachen,50.78,6.08,3\nBonn,50.73,7.1,2\nCelle,52.62,10.08,4\n",
        {"Income": {"Aachen": 3, "Bonn": 2, "Celle": 4}},
    ),
    Table(
        "dates of each row",
        "Town,measured,Income\nAachen,2021-05-01,1\nAachen,2022-05-01,9\nBonn,2022-06-01,2\nCelle,2022-06-01,3\n",
        {"Income": {"Aachen": 9, "Bonn": 2, "Celle": 3}},
    ),
    Table(
        "a row a value",
        "Town,Indicator,Value\nAachen,Income,1\nAachen,Safety,5\nBonn,Income,2\nBonn,Safety,4\n",
        {"Income": {"Aachen": 1, "Bonn": 2}, "Safety": {"Aachen": 5, "Bonn": 4}},
    ),
    Table(
        "an odd column called unit",
        "unit,year,Income\nA,2022,1\nB,2022,2\nC,2022,4\n",
        {"Income": {"A": 1, "B": 2, "C": 4}},
    ),
    Table(
        "markdown",
        "| Model | Accuracy | Latency |\n|---|---:|---:|\n"
        "| alpha | 71.5 | 20 |\n| beta | 68.25 | 12 |\n| gamma | 80 | 45 |\n",
        {"Accuracy": {"alpha": 71.5, "beta": 68.25, "gamma": 80}, "Latency": {"alpha": 20, "beta": 12, "gamma": 45}},
        "",
    ),
]


def _long(name, head, *rows, values, sep=","):
    return Table(name, "\n".join([head, *rows, ""]), values, sep)


#: A row for each value, as offices of statistics write them.
LONG = [
    _long(
        "codes beside labels, a breakdown with a total",
        "LOCATION,Country,INDICATOR,Indicator,INEQUALITY,Inequality,Unit Code,Unit,Value,Flag Codes,Flags",
        "AUS,Australia,HO_BASE,Homes without basic facilities,TOT,Total,PC,Percentage,1.1,E,Estimated value",
        "AUT,Austria,HO_BASE,Homes without basic facilities,TOT,Total,PC,Percentage,0.9,,",
        "BEL,Belgium,HO_BASE,Homes without basic facilities,TOT,Total,PC,Percentage,1.9,,",
        "AUS,Australia,ES_STUD,Student skills,TOT,Total,AVSCORE,Average score,502,,",
        "AUS,Australia,ES_STUD,Student skills,MN,Men,AVSCORE,Average score,503,,",
        "AUS,Australia,ES_STUD,Student skills,WMN,Women,AVSCORE,Average score,501,,",
        "AUT,Austria,ES_STUD,Student skills,TOT,Total,AVSCORE,Average score,492,,",
        "AUT,Austria,ES_STUD,Student skills,MN,Men,AVSCORE,Average score,497,,",
        "BEL,Belgium,ES_STUD,Student skills,TOT,Total,AVSCORE,Average score,503,,",
        "BEL,Belgium,ES_STUD,Student skills,WMN,Women,AVSCORE,Average score,501,,",
        values={
            "Homes without basic facilities (Percentage)": {"Australia": 1.1, "Austria": 0.9, "Belgium": 1.9},
            "Student skills (Average score)": {"Australia": 502, "Austria": 492, "Belgium": 503},
        },
    ),
    _long(
        "SDMX-CSV with labels",
        "REF_AREA,Reference area,MEASURE,Measure,UNIT_MEASURE,Unit of measure,TIME_PERIOD,OBS_VALUE,OBS_STATUS",
        "AUT,Austria,GDP,Gross domestic product,USD,US dollars,2021,50,A",
        "AUT,Austria,GDP,Gross domestic product,USD,US dollars,2022,52,P",
        "BEL,Belgium,GDP,Gross domestic product,USD,US dollars,2021,47,A",
        "BEL,Belgium,GDP,Gross domestic product,USD,US dollars,2022,49,A",
        "AUT,Austria,LE,Life expectancy,YR,Years,2022,81.5,A",
        "BEL,Belgium,LE,Life expectancy,YR,Years,2022,82,E",
        values={
            "Gross domestic product (US dollars)": {"Austria": 52, "Belgium": 49},
            "Life expectancy (Years)": {"Austria": 81.5, "Belgium": 82},
        },
    ),
    _long(
        "a breakdown by sex in words, units of a town",
        "Municipality,Indicator,Sex,Unit,Year,Value",
        "Ash,Employment rate,Total,%,2023,71",
        "Ash,Employment rate,Male,%,2023,75",
        "Ash,Employment rate,Female,%,2023,67",
        "Bex,Employment rate,Total,%,2023,69",
        "Bex,Employment rate,Male,%,2023,70",
        "Bex,Employment rate,Female,%,2023,68",
        "Cob,Employment rate,Total,%,2023,80",
        "Cob,Employment rate,Male,%,2023,81",
        "Cob,Employment rate,Female,%,2023,79",
        values={"Employment rate (%)": {"Ash": 71, "Bex": 69, "Cob": 80}},
    ),
    _long(
        "ages that have a total, no year",
        "GEO,Geography,Variable,Age group,Value,Flags",
        "AT,Austria,Smokers,All ages,21,",
        "AT,Austria,Smokers,15-24,25,",
        "BE,Belgium,Smokers,All ages,19,e",
        "BE,Belgium,Smokers,15-24,20,",
        "DK,Denmark,Smokers,All ages,14,",
        "DK,Denmark,Smokers,15-24,18,",
        values={"Smokers": {"Austria": 21, "Belgium": 19, "Denmark": 14}},
    ),
    _long(
        "series that are named by code alone",
        "geo,indic,unit,TIME_PERIOD,OBS_VALUE,OBS_FLAG",
        "AT,ACC,PC,2022,55.5,",
        "BE,ACC,PC,2022,51.25,b",
        "DK,ACC,PC,2022,71,",
        "AT,JOBS,THS,2022,4400,",
        "BE,JOBS,THS,2022,5000,",
        "DK,JOBS,THS,2022,3000,",
        values={
            "ACC (PC)": {"Austria": 55.5, "Belgium": 51.25, "Denmark": 71},
            "JOBS (THS)": {"Austria": 4400, "Belgium": 5000, "Denmark": 3000},
        },
    ),
    _long(
        "semicolons, decimal commas and German words",
        "Kreis;Indikator;Einheit;Jahr;Wert",
        "Aachen;Arbeitslosenquote;%;2023;6,9",
        "Bonn;Arbeitslosenquote;%;2023;5,8",
        "Celle;Arbeitslosenquote;%;2023;6,3",
        "Aachen;Lebenserwartung;Jahre;2023;80,5",
        "Bonn;Lebenserwartung;Jahre;2023;82,25",
        "Celle;Lebenserwartung;Jahre;2023;81",
        values={
            "Arbeitslosenquote (%)": {"Aachen": 6.9, "Bonn": 5.8, "Celle": 6.3},
            "Lebenserwartung (Jahre)": {"Aachen": 80.5, "Bonn": 82.25, "Celle": 81},
        },
        sep=";",
    ),
    _long(
        "a multiplier and a source",
        "Country,Series,Units,Scale,Year,Value,Source",
        "Chile,Exports,US dollars,Millions,2022,98,Customs",
        "Peru,Exports,US dollars,Millions,2022,66,Customs",
        "Ghana,Exports,US dollars,Millions,2022,17,Customs",
        "Chile,Imports,US dollars,Millions,2022,104,Customs",
        "Peru,Imports,US dollars,Millions,2022,56,Customs",
        "Ghana,Imports,US dollars,Millions,2022,15,Customs",
        values={
            "Exports (US dollars, Millions)": {"Chile": 98, "Peru": 66, "Ghana": 17},
            "Imports (US dollars, Millions)": {"Chile": 104, "Peru": 56, "Ghana": 15},
        },
    ),
    _long(
        "two breakdowns with totals",
        "COU,Country,IND,Indicator,SEX,Sex,AGE,Age,TIME,Value,Flags",
        "AUT,Austria,EMP,Employment,T,Total,TOT,Total,2022,72,",
        "AUT,Austria,EMP,Employment,M,Men,TOT,Total,2022,76,",
        "AUT,Austria,EMP,Employment,T,Total,Y,Young,2022,51,",
        "BEL,Belgium,EMP,Employment,T,Total,TOT,Total,2022,66,",
        "BEL,Belgium,EMP,Employment,M,Men,TOT,Total,2022,69,",
        "BEL,Belgium,EMP,Employment,T,Total,Y,Young,2022,27,",
        "DNK,Denmark,EMP,Employment,T,Total,TOT,Total,2022,77,",
        "DNK,Denmark,EMP,Employment,M,Men,TOT,Total,2022,79,",
        "DNK,Denmark,EMP,Employment,T,Total,Y,Young,2022,56,",
        values={"Employment": {"Austria": 72, "Belgium": 66, "Denmark": 77}},
    ),
    _long(
        "a breakdown without a total is asked about",
        "Country,Indicator,Sector,Unit,Year,Value",
        "Chile,Jobs,Private,thousand,2022,70",
        "Chile,Jobs,Public,thousand,2022,20",
        "Peru,Jobs,Private,thousand,2022,60",
        "Peru,Jobs,Public,thousand,2022,30",
        "Ghana,Jobs,Private,thousand,2022,50",
        "Ghana,Jobs,Public,thousand,2022,25",
        values={
            "Jobs, Private (thousand)": {"Chile": 70, "Peru": 60, "Ghana": 50},
            "Jobs, Public (thousand)": {"Chile": 20, "Peru": 30, "Ghana": 25},
        },
    ),
    _long(
        "a total of countries among them",
        "REF_AREA,Reference area,INDICATOR,Indicator,TIME_PERIOD,OBS_VALUE",
        "AUT,Austria,X1,Safety,2022,7",
        "BEL,Belgium,X1,Safety,2022,6",
        "DNK,Denmark,X1,Safety,2022,9",
        "OECD,OECD - Total,X1,Safety,2022,7.3",
        "AUT,Austria,X2,Trust,2022,5",
        "BEL,Belgium,X2,Trust,2022,4.5",
        "DNK,Denmark,X2,Trust,2022,7",
        "OECD,OECD - Total,X2,Trust,2022,5.5",
        values={
            "Safety": {"Austria": 7, "Belgium": 6, "Denmark": 9},
            "Trust": {"Austria": 5, "Belgium": 4.5, "Denmark": 7},
        },
    ),
]


def _headed(name, above, head, values, *rows, dimensions):
    return Table(name, "\n".join([above, head, *rows, ""]), values, dimensions=dimensions)


_ECONOMY = {"Income": {"Ash": 3, "Bex": 4, "Cob": 1}, "Jobs": {"Ash": 40, "Bex": 22, "Cob": 31}}
_PEOPLE = {"Safety": {"Ash": 5, "Bex": 1, "Cob": 2}, "Literacy": {"Ash": 90, "Bex": 91, "Cob": 85}}
_BOTH = {"Income": "Economy", "Jobs": "Economy", "Safety": "People", "Literacy": "People"}
_CODE, _NOTE = "Town,Code,Income,Jobs,Safety,Literacy", "Town,Code,Note,Income,Jobs,Safety,Literacy"
_ROWS = ("Ash,3,40,5,90", "Bex,4,22,1,91", "Cob,1,31,2,85")
_CODED = ("Ash,X1,3,40,5,90", "Bex,X2,4,22,1,91", "Cob,X3,1,31,2,85")
_SAID = ("Ash,X1,,3,40,5,90", "Bex,X2,estimate,4,22,1,91", "Cob,X3,,1,31,2,85")

#: Dimensions in a row above the indicators.
TWO_HEADS = [
    _headed(f"two heads, {name}", above, head, _ECONOMY | _PEOPLE, *rows, dimensions=_BOTH)
    for name, above, head, rows in (
        ("over the first of each", ",Economy,,People,", "Town,Income,Jobs,Safety,Literacy", _ROWS),
        ("over each", ",Economy,Economy,People,People", "Town,Income,Jobs,Safety,Literacy", _ROWS),
        ("a code between", ",,Economy,,People,", _CODE, _CODED),
        ("a code between, over each", ",,Economy,Economy,People,People", _CODE, _CODED),
        ("a code and a note", ",,,Economy,,People,", _NOTE, _SAID),
        ("a code and a note, over each", ",,,Economy,Economy,People,People", _NOTE, _SAID),
        ("the town above", "Town,Economy,,People,", ",Income,Jobs,Safety,Literacy", _ROWS),
        ("the town above, over each", "Town,Economy,Economy,People,People", ",Income,Jobs,Safety,Literacy", _ROWS),
        ("town and code above", "Town,Code,Economy,,People,", ",,Income,Jobs,Safety,Literacy", _CODED),
        (
            "all above, over each",
            "Town,Code,Note,Economy,Economy,People,People",
            ",,,Income,Jobs,Safety,Literacy",
            _SAID,
        ),
    )
]

#: Models, and how they did.
LEADERBOARDS = [
    Table(
        "board: an average of the tasks",
        "Model,Average,Reading,Coding,Maths\nalpha,71,80,70,63\nbeta,60,61,58,61\n"
        "gamma,82,90,80,76\ndelta,50.67,52,51,49\nepsilon,66,60,72,66\n",
        {
            "Reading": {"alpha": 80, "beta": 61, "gamma": 90, "delta": 52, "epsilon": 60},
            "Coding": {"alpha": 70, "beta": 58, "gamma": 80, "delta": 51, "epsilon": 72},
            "Maths": {"alpha": 63, "beta": 61, "gamma": 76, "delta": 49, "epsilon": 66},
        },
    ),
    Table(
        "board: an average behind, one of which is off",
        "model,AMI WER,Clean WER,Other WER,Avg. WER\n"
        + "".join(
            f"m{at},{8 + at}.25,{1 + at % 3}.5,{3 + at % 4}.25,{(13 + at + at % 3 + at % 4) / 3 + (at == 7):.2f}\n"
            for at in range(1, 13)
        ),
        {
            "AMI WER": {f"m{at}": 8.25 + at for at in range(1, 13)},
            "Clean WER": {f"m{at}": 1.5 + at % 3 for at in range(1, 13)},
            "Other WER": {f"m{at}": 3.25 + at % 4 for at in range(1, 13)},
        },
    ),
    Table(
        "board: size, licence and price describe a model",
        "Model,Params (B),License,Price,Accuracy,F1\nalpha,7,MIT,0.2,71,70\nbeta,13,Apache,0.5,74,69\n"
        "gamma,70,MIT,2,80,78\n",
        {"Accuracy": {"alpha": 71, "beta": 74, "gamma": 80}, "F1": {"alpha": 70, "beta": 69, "gamma": 78}},
    ),
    Table(
        "board: -1 where none was measured",
        "model,WER,RTFx\n" + "".join(f"m{at},{4 + at},{-1 if at in (3, 8) else 100 + at * 7}\n" for at in range(1, 13)),
        {
            "WER": {f"m{at}": 4 + at for at in range(1, 13)},
            "RTFx": {f"m{at}": 100 + at * 7 for at in range(1, 13) if at not in (3, 8)},
        },
    ),
    Table(
        "board: dashes, n/a and NR",
        "Model,MMLU,GSM8K\nalpha,71.5,-\nbeta,68,55\ngamma,n/a,70\ndelta,64,NR\nepsilon,60,41\n",
        {
            "MMLU": {"alpha": 71.5, "beta": 68, "delta": 64, "epsilon": 60},
            "GSM8K": {"beta": 55, "gamma": 70, "epsilon": 41},
        },
    ),
    Table(
        "board: an error and a number of trials",
        "model,win_rate,standard_error,n_total\na,57.5,1.4,805\nb,51.25,1.5,805\nc,38,1.6,805\n",
        {"win rate": {"a": 57.5, "b": 51.25, "c": 38}},
    ),
    Table(
        "board: errors by name",
        "model,acc,acc_se,f1,f1_se\na,0.71,0.01,0.7,0.02\nb,0.74,0.01,0.69,0.02\nc,0.8,0.01,0.78,0.02\n",
        {"acc": {"a": 0.71, "b": 0.74, "c": 0.8}, "f1": {"a": 0.7, "b": 0.69, "c": 0.78}},
    ),
    Table(
        "board: in Markdown, best in bold",
        "| # | Model | Overall | Reading | Coding |\n|--|---|--:|--:|--:|\n| 1 | **gamma** | **85** | **90** | 80 |\n"
        "| 2 | alpha | 75 | 80 | 70 |\n| 3 | beta | 59.5 | 61 | 58 |\n| 4 | delta | 51.5 | 52 | 51 |\n",
        {
            "Reading": {"gamma": 90, "alpha": 80, "beta": 61, "delta": 52},
            "Coding": {"gamma": 80, "alpha": 70, "beta": 58, "delta": 51},
        },
        "",
    ),
    Table(
        "board: preferences by item",
        "model,instruction,dataset,preference\n"
        + "".join(
            f"{model},q{at},{'xy'[at % 2]},{1 + (at * step % 5) / 4}\n"
            for model, step in (("alpha", 1), ("beta", 2), ("gamma", 0))
            for at in range(5)
        ),
        {"preference": {"alpha": 1.5, "beta": 1.5, "gamma": 1}},
    ),
    Table(
        "board: passed or not, by task",
        "agent,task,resolved\n"
        + "".join(f"{name},t{at},{int(at < won)}\n" for name, won in (("a", 3), ("b", 1), ("c", 2)) for at in range(4)),
        {"resolved": {"a": 0.75, "b": 0.25, "c": 0.5}},
    ),
]

TABLES += [*LONG, *TWO_HEADS, *LEADERBOARDS]
