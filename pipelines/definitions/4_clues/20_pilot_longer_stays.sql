-- title: 床日付费试点：住院日拉长
-- plain: 试点机构最近三个月的平均住院日，比上年同期拉长许多，而不参加试点的同类机构没有。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项；床日付费协议
-- violation: A03
-- severity: medium
-- shape: pattern
-- unit: 天
-- excess: cases
-- parameter: times | 本机构与上年同期之比 | 倍 | 1.2 | 1.05 | 3
-- parameter: others | 非试点与上年同期之比低于 | 倍 | 1.1 | 1 | 3
-- parameter: stays | 三个月住院不少于 | 人次 | 30 | 10 | 500
-- needs: settlements.begndate settlements.enddate institutions.pilot last_year
-- key: {institution}/{month}
-- reason: 截至当月的三个月平均住院 {measured} 天，上年同期 {expected} 天；非试点机构为上年同期的 {others_share} 倍
with own as (
    select
        p.month,
        s.institution,
        max(s.pilot) as pilot,
        count(*) filter (where s.month >= p.from_month) as stays,
        cast(coalesce(sum(s.days) filter (where s.month >= p.from_month), 0) as bigint) as days,
        count(*) filter (where s.month <= p.year_ago) as stays_before,
        cast(coalesce(sum(s.days) filter (where s.month <= p.year_ago), 0) as bigint) as days_before,
        cast(sum(s.fund_paid_yuan) filter (where s.month >= p.from_month) as decimal(18, 2)) as fund_paid_yuan,
        min(s.admitted_on) filter (where s.month >= p.from_month) as first_day,
        max(s.discharged_on) filter (where s.month >= p.from_month) as last_day,
        flatten(list(s.setl_ids order by s.stay) filter (where s.month >= p.from_month)) as setl_ids
    from clue_span p
    inner join clue_stay s
        on s.month between p.from_month and p.month or s.month between p.year_ago_from and p.year_ago
    where s.pilot is not null and p.months_compared = 6 and p.month between $first_month and $last_month
    group by p.month, s.institution
),
others as (
    select
        month,
        cast(sum(days) as double) * sum(stays_before) / nullif(sum(stays), 0) / nullif(sum(days_before), 0) as share
    from own
    where pilot = 'no'
    group by month
    having sum(stays) > 0 and sum(days_before) > 0
)
select
    o.institution,
    cast(null as bigint) as person,
    o.month,
    o.first_day,
    o.last_day,
    r.share as others_share,
    o.days as measured_part,
    o.stays as measured_whole,
    o.days_before as expected_part,
    o.stays_before as expected_whole,
    o.stays as cases,
    o.fund_paid_yuan,
    o.setl_ids
from own o
inner join others r on r.month = o.month
where o.pilot = 'yes'
    and o.stays >= $stays
    and o.stays_before >= $stays
    and r.share < $others
    and o.days * o.stays_before >= $times * o.days_before * o.stays
