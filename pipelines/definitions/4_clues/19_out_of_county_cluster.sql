-- title: 县外异常
-- plain: 一个乡镇的人一个月里集中去同一家县外医院住院，人次是此前月均的几倍。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条第一项
-- violation: C01
-- severity: medium
-- shape: pattern
-- unit: 人次
-- excess: cases
-- parameter: stays | 当月住院不少于 | 人次 | 8 | 3 | 200
-- parameter: times | 此前月均的倍数 | 倍 | 4 | 1.5 | 20
-- parameter: months | 此前至少有几个月 | 月 | 3 | 1 | 12
-- needs: settlements.begndate settlements.enddate settlements.town
-- key: {institution}/{town}/{month}
-- reason: {town}当月有 {measured} 人次在{institution}住院，此前 {expected_whole} 个月平均每月 {expected} 人次
with pairs as (
    select
        institution,
        town,
        month,
        count(*) as stays,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        min(admitted_on) as first_day,
        max(discharged_on) as last_day,
        flatten(list(setl_ids order by stay)) as setl_ids
    from clue_stay
    where place = 'out_of_county' and town is not null
    group by institution, town, month
),
usual as (
    select
        p.institution,
        p.town,
        p.month,
        m.months_before,
        cast(coalesce(sum(q.stays), 0) as bigint) as stays
    from pairs p
    inner join clue_span m on m.month = p.month
    left join pairs q on q.institution = p.institution and q.town = p.town and q.month < p.month
    where p.stays >= $stays and m.months_before >= $months and p.month between $first_month and $last_month
    group by p.institution, p.town, p.month, m.months_before
)
select
    p.institution,
    cast(null as bigint) as person,
    p.month,
    p.first_day,
    p.last_day,
    p.town,
    p.stays as measured_part,
    1 as measured_whole,
    u.stays as expected_part,
    u.months_before as expected_whole,
    $stays as bound_at_least,
    p.stays as cases,
    p.fund_paid_yuan,
    p.setl_ids
from usual u
inner join pairs p on p.institution = u.institution and p.town = u.town and p.month = u.month
where p.stays * u.months_before > $times * u.stays
