-- title: 集中出院
-- plain: 一家机构一天里出院的人数，是它平日的几倍。义诊、体检、免费接送之后常见，要看是否应当住院。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条第一项
-- violation: A02
-- severity: medium
-- shape: pattern
-- unit: 人
-- excess: cases
-- parameter: cases | 一天出院人数不少于 | 人 | 10 | 3 | 200
-- parameter: times | 平日的倍数 | 倍 | 4 | 1.5 | 20
-- needs: settlements.begndate settlements.enddate
-- key: {institution}/{day}
-- reason: {day}出院 {measured} 人，平日每天 {expected} 人
with days as (
    select
        institution,
        discharged_on as day,
        count(*) as stays,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        flatten(list(setl_ids order by stay)) as setl_ids,
        list_extract(list(month order by month, stay), least(cast(ceil($cases) as bigint), count(*))) as month
    from clue_stay
    group by institution, discharged_on
    having count(*) >= $cases
),
usual as (
    select institution, count(*) as stays
    from clue_stay
    where discharged_on between $first_month and $last_day
    group by institution
)
select
    d.institution,
    cast(null as bigint) as person,
    d.month,
    d.day as first_day,
    d.day as last_day,
    d.day,
    d.stays as measured_part,
    1 as measured_whole,
    u.stays as expected_part,
    date_diff('day', cast($first_month as date), cast($last_day as date)) + 1 as expected_whole,
    greatest(
        $cases,
        $times * u.stays / (date_diff('day', cast($first_month as date), cast($last_day as date)) + 1)
    ) as bound,
    d.stays as cases,
    d.fund_paid_yuan,
    d.setl_ids
from days d
inner join usual u on u.institution = d.institution
where d.month between $first_month and $last_month
    and d.stays > $times * u.stays / (date_diff('day', cast($first_month as date), cast($last_day as date)) + 1)
