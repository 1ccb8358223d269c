-- title: 检查占比远高于同类
-- plain: 一家机构当月住院的检查检验费占总费用的份额，远高于同类机构。专科机构本来偏高的，可排除。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项
-- violation: A04
-- severity: low
-- shape: pattern
-- unit: %
-- excess: cost
-- parameter: times | 份额为同类的倍数 | 倍 | 1.5 | 1.05 | 10
-- parameter: stays | 当月住院不少于 | 人次 | 30 | 5 | 500
-- needs: settlements.begndate settlements.enddate settlements.exam_fee institutions.category
-- key: {institution}/{month}
-- reason: 当月住院 {cases} 人次，检查检验费占总费用 {measured}，同类机构（{peers} 家）为 {expected}
select
    institution,
    cast(null as bigint) as person,
    month,
    first_day,
    last_day,
    peers,
    part_fen as measured_part,
    whole_fen as measured_whole,
    peer_part_fen as expected_part,
    peer_whole_fen as expected_whole,
    stays as cases,
    fund_paid_yuan,
    setl_ids
from clue_share
where part = 'exam'
    and stays >= $stays
    and peer_stays >= $stays
    and peer_part_fen > 0
    and part_fen * peer_whole_fen > $times * peer_part_fen * whole_fen
