"""Small tables as people make them, with what stands in them."""

from attrs import frozen


@frozen
class Table:
    """A table's text, what stands between its cells, and by hand what is read of it.

    `values` are those of the newest year, by the indicators' titles and the units' names. Without a sign between cells
    a text is no table of pandas.
    """

    name: str
    text: str
    values: dict
    sep: str = ","


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
