-- title: 同日多处住院
-- plain: 同一人的两次住院在两家机构，日期相互重叠；只在转院那一天相接的不算。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十一条
-- violation: A02
-- severity: high
-- shape: event
-- unit: 天
-- parameter: overlap_days | 重叠的夜数 | 天 | 1 | 1 | 30
-- needs: settlements.begndate settlements.enddate
-- key: {person}/{institution}/{admitted_on}/{other_institution}
-- reason: 在{other_institution}住院（{other_admitted_on} 至 {other_discharged_on}）期间，又在{institution}住院（{first_day} 至 {last_day}），重叠 {measured} 天
select
    s.institution,
    s.person,
    greatest(s.month, p.month) as month,
    s.admitted_on as first_day,
    s.discharged_on as last_day,
    s.admitted_on,
    p.institution as other_institution,
    p.admitted_on as other_admitted_on,
    p.discharged_on as other_discharged_on,
    date_diff('day', s.admitted_on, least(s.discharged_on, p.discharged_on)) as measured,
    $overlap_days as bound,
    1 as cases,
    s.fund_paid_yuan,
    s.setl_ids,
    p.setl_ids as beside_ids
from clue_stay s
inner join clue_stay p on p.person = s.person and p.institution <> s.institution
where (p.admitted_on < s.admitted_on or p.admitted_on = s.admitted_on and p.institution < s.institution)
    and greatest(s.month, p.month) between $first_month and $last_month
    and date_diff('day', s.admitted_on, least(s.discharged_on, p.discharged_on)) >= $overlap_days
