-- title: 集中入院
-- plain: 一家机构一天里入院的人数，是它平日的几倍。义诊、体检、免费接送之后常见，要看是否应当住院。一年以前的日子不看。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条第一项
-- violation: A02
-- severity: medium
-- shape: pattern
-- unit: 人
-- excess: cases
-- parameter: cases | 一天入院人数不少于 | 人 | 10 | 3 | 200
-- parameter: times | 平日的倍数 | 倍 | 4 | 1.5 | 20
-- needs: settlements.begndate settlements.enddate
-- key: {institution}/{day}
-- reason: {day}入院 {measured} 人，平日每天 {expected} 人
with days as (
    select
        *,
        list_extract(months, cast(ceil($cases) as integer)) as month
    from clue_day
    where event = 'admitted'
        and stays >= $cases
        and year_stays > 0
        and stays * year_days > $times * year_stays
)
select
    institution,
    cast(null as bigint) as person,
    month,
    day as first_day,
    day as last_day,
    day,
    stays as measured_part,
    1 as measured_whole,
    year_stays as expected_part,
    year_days as expected_whole,
    $cases as bound_at_least,
    stays as cases,
    fund_paid_yuan,
    setl_ids
from days
where month between $first_month and $last_month
    and day >= cast(cast($first_month as date) - interval 12 month as date)
