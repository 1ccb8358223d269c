-- title: 床日付费试点：分解住院
-- plain: 试点机构最近三个月的住院里，紧接着本机构上一次出院的份额，远高于不参加试点的同类机构。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第一项；床日付费协议
-- violation: A01
-- severity: high
-- shape: pattern
-- unit: %
-- excess: cases
-- parameter: days | 出院到再入院的天数 | 天 | 15 | 1 | 60
-- parameter: times | 份额为非试点的倍数 | 倍 | 2 | 1.1 | 10
-- parameter: stays | 三个月住院不少于 | 人次 | 20 | 5 | 500
-- parameter: errors | 超出非试点的标准误 | 倍 | 3 | 0 | 6
-- needs: settlements.begndate settlements.enddate institutions.pilot
-- key: {institution}/{month}
-- reason: 截至当月的三个月住院 {stays} 人次，其中 {cases} 人次在本机构出院 {days} 天内再入院，占 {measured}，非试点机构为 {expected}
with marked as (
    select
        s.stay,
        s.institution,
        s.pilot,
        s.month,
        s.admitted_on,
        s.discharged_on,
        s.fund_paid_yuan,
        s.setl_ids,
        case when max(p.stay) is null then 0 else 1 end as again
    from clue_stay s
    left join clue_stay p on p.person = s.person
        and p.institution = s.institution
        and p.admitted_on < s.admitted_on
        and date_diff('day', p.discharged_on, s.admitted_on) between 0 and $days
    where s.pilot is not null and s.month between cast($first_month - interval 2 month as date) and $last_month
    group by s.stay, s.institution, s.pilot, s.month, s.admitted_on, s.discharged_on, s.fund_paid_yuan, s.setl_ids
),
own as (
    select
        p.month,
        m.institution,
        max(m.pilot) as pilot,
        count(*) as stays,
        cast(sum(m.again) as bigint) as again,
        cast(sum(m.fund_paid_yuan) filter (where m.again = 1) as decimal(18, 2)) as fund_paid_yuan,
        min(m.admitted_on) filter (where m.again = 1) as first_day,
        max(m.discharged_on) filter (where m.again = 1) as last_day,
        flatten(list(m.setl_ids order by m.stay) filter (where m.again = 1)) as setl_ids
    from clue_span p
    inner join marked m on m.month between p.from_month and p.month
    where p.month between $first_month and $last_month
    group by p.month, m.institution
),
others as (
    select month, cast(sum(stays) as bigint) as stays, cast(sum(again) as bigint) as again
    from own
    where pilot = 'no'
    group by month
)
select
    o.institution,
    cast(null as bigint) as person,
    o.month,
    o.first_day,
    o.last_day,
    o.stays,
    o.again as measured_part,
    o.stays as measured_whole,
    r.again as expected_part,
    r.stays as expected_whole,
    o.again as cases,
    o.fund_paid_yuan,
    o.setl_ids
from own o
inner join others r on r.month = o.month
where o.pilot = 'yes'
    and o.stays >= $stays
    and o.again * r.stays > $times * r.again * o.stays
    and o.again - cast(o.stays as double) * r.again / nullif(r.stays, 0)
        > $errors * sqrt(cast(o.stays as double) * greatest(r.again, 1) / nullif(r.stays, 0)
            * (1 - cast(r.again as double) / nullif(r.stays, 0)))
