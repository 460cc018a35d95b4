"""A small index in COINr's tables."""

import pytest

DATA = """uName,uCode,Region,Time,People,Roads,Smoke,Schools
Aland,AAA,north,2020,10,100,5,3
Beland,BBB,north,2020,20,100,9,NA
Celand,CCC,south,2020,40,800,7,9
Deland,NA,south,2020,10,50,8,6
"""
META = """Level,iCode,iName,Direction,Weight,Unit,Denominator,Parent,Type
1,Roads,Roads per head,1,1,km,People,Means,Indicator
1,Smoke,Smoke,-1,2,t,NA,Means,Indicator
1,Schools,Schools,1,1,number,NA,Ends,Indicator
2,Means,The means,1,1,score,NA,Whole,Aggregate
2,Ends,The ends,1,3,score,NA,Whole,Aggregate
3,Whole,A whole index,1,1,score,NA,NA,Aggregate
NA,Region,Region,NA,NA,NA,NA,NA,Group
NA,People,People,NA,NA,NA,NA,NA,Denominator
"""


@pytest.fixture
def pair(tmp_path):
    """Writes the two tables, with changes, and gives their paths."""

    def write(data=DATA, meta=META):
        paths = tmp_path / "iData.csv", tmp_path / "iMeta.csv"
        for path, text in zip(paths, (data, meta), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths

    write.data, write.meta = DATA, META
    return write
