"""Another county's list of printed figures: which KPI a row is, and where a faulty list says it is faulty."""

import pytest

from pipelines.printed.figure_binding import bind
from pipelines.printed.figure_list import read_figures
from pipelines.uploads.decode import UnreadableFile

HEADER = "id,name_zh,value,unit,period,formula,insurance_type,scope"


@pytest.fixture
def figures(tmp_path):
    def written(*rows, header=HEADER, encoding="utf-8-sig"):
        path = tmp_path / "figures.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
        return path

    return written


@pytest.mark.parametrize(
    ("row", "kpi"),
    [
        ("x,县内次均住院费用,2100,元,H1,,resident,in-county", "cost_per_case"),
        ("x,城乡居民医保参保人数,461843,人,H1,,居民,全县", "insured_persons"),
        ("x,去年同期住院实际补偿比例,46.78,%,H1_prev,,resident,", "actual_reimb_ratio"),
        ("x,试点次均住院费用,453,元,H1,,resident,pilot", "cost_per_case"),
        ("x,实际报销比,52.1,%,H1,,employee,", "actual_reimb_ratio"),
    ],
)
def test_an_unknown_figure_is_found_by_its_name_and_scope(figures, row, kpi):
    assert bind(read_figures(figures(row))[0]).kpi.id == kpi


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,次均住院费用,21,%,H1,,resident,", "单位"),
        ("x,在编在岗人数,13,名,H1,,resident,", "不能按"),
        ("x,医生人数,13,名,H1,,,", "没有“医生人数”"),
    ],
)
def test_a_figure_that_only_looks_like_a_kpi_is_not_bound(figures, row, reason):
    binding = bind(read_figures(figures(row))[0])
    assert binding.status == "unbound"
    assert reason in binding.reason


def test_a_list_saved_by_excel_in_gbk_with_chinese_headers_is_read(figures):
    header = "编号,名称,数值,单位,期间,公式,险种,范围"
    path = figures('x,次均住院费用,"２,163.50",元,H1,,居民,县内', header=header, encoding="gb18030")
    figure = read_figures(path)[0]
    assert (str(figure.value), figure.scheme, figure.scope) == ("2163.50", "resident", "in-county")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,名,一千,元,H1,,,", "第 2 行“value”：“一千”；应为数字，如 49.60"),
        ("x,名,1,元,上半年,,,", "第 2 行“period”：“上半年”"),
        ("x,名,1,元,H1,a+1,,", "第 2 行“formula”：“a”；公式里的编号应在本表中"),
        ("x,名,1,元,H1,__import__('os'),,", "第 2 行“formula”"),
        ("x,名,1,元,H1,x if x else 'a',,", "第 2 行“formula”"),
        ("x,名,1,元,H1,'a'+x,,", "第 2 行“formula”"),
        ("x,名,1,元,H1," + "1+" * 5000 + "1,,", "公式应在 500 字以内"),
        ("x,名,1,元,H1,,商业,", "第 2 行“insurance_type”：“商业”"),
        ("x,名,1,元,H1,,,村里", "第 2 行“scope”：“村里”"),
        ("x,名,,元,H1,,,", "第 2 行“value”：空白；必填"),
        ("x,名,1,元", "第 2 行：“4 列”；应为 8 列"),
    ],
)
def test_a_faulty_row_is_refused_where_it_stands(figures, row, said):
    with pytest.raises(UnreadableFile) as error:
        read_figures(figures(row))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [("id,name_zh,value,unit", "period"), (HEADER + ",颜色", "颜色"), (HEADER + ",id", "出现多次")],
)
def test_a_faulty_header_is_refused(figures, header, said):
    with pytest.raises(UnreadableFile, match=said):
        read_figures(figures("x,名,1,元,H1,,,", header=header))


def test_an_id_that_stands_twice_is_refused(figures):
    with pytest.raises(UnreadableFile, match="编号重复"):
        read_figures(figures("x,名,1,元,H1,,,", "x,名,2,元,H1,,,"))


def test_a_file_that_is_not_a_table_is_refused(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes(b"PK\x03\x04 an office file")
    with pytest.raises(UnreadableFile, match=r"figures\.csv"):
        read_figures(path)
    with pytest.raises(UnreadableFile, match="打不开"):
        read_figures(tmp_path / "nowhere.csv")
