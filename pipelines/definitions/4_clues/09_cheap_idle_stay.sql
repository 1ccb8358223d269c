-- title: 挂床：住院日费用过低
-- plain: 住得不短，平均每天的费用却远低于本机构的中位数，像是有些天没有诊疗。入院早于已读入月份的，费用不全，不看。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第一项
-- violation: A02
-- severity: medium
-- shape: event
-- unit: 元
-- parameter: days | 住院天数不少于 | 天 | 7 | 3 | 60
-- parameter: share | 低于本机构中位数的几成 | 倍 | 0.25 | 0.05 | 0.9
-- parameter: stays | 本机构全年住院不少于 | 人次 | 30 | 10 | 500
-- needs: settlements.begndate settlements.enddate
-- key: {person}/{institution}/{admitted_on}
-- reason: 住院 {length} 天，平均每天 {measured} 元；本机构中位数的 {share} 倍为 {bound} 元
with daily as (
    select
        *,
        cast(total_cost_yuan * 1000000 as bigint) // days as day_cost_millionths
    from clue_stay
    where month between $first_month and $last_month
        and whole = 1
        and total_cost_yuan is not null
),
ranked as (
    select
        institution,
        day_cost_millionths,
        row_number() over (partition by institution order by day_cost_millionths, stay) as number,
        count(*) over (partition by institution) as stays
    from daily
),
middle as ( -- twice the median: of one stay in the middle, or of two
    select institution, cast(sum(day_cost_millionths) * (3 - count(*)) as bigint) as twice
    from ranked
    where stays >= $stays and 2 * number between stays and stays + 2
    group by institution
)
select
    d.institution,
    d.person,
    d.month,
    d.admitted_on as first_day,
    d.discharged_on as last_day,
    d.admitted_on,
    d.days as length,
    cast(d.day_cost_millionths * cast(0.000001 as decimal(7, 6)) as decimal(18, 2)) as measured,
    cast($share * m.twice * cast(0.0000005 as decimal(8, 7)) as decimal(18, 2)) as bound,
    1 as cases,
    d.fund_paid_yuan,
    d.setl_ids
from daily d
inner join middle m on m.institution = d.institution
where d.days >= $days and d.total_cost_yuan * 2000000 < $share * m.twice * d.days
