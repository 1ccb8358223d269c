-- title: 挂床：在院人数超过核定床位
-- plain: 一家机构一个月里有若干天，夜里在院的人数超过核定床位（按入院、出院日期推算，只见已结算的住院，实际只会更多）。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第一项
-- violation: A02
-- severity: high
-- shape: pattern
-- unit: 天
-- parameter: times | 核定床位的倍数 | 倍 | 1 | 1 | 3
-- parameter: days | 当月超过的天数 | 天 | 3 | 1 | 31
-- needs: settlements.begndate settlements.enddate institutions.beds
-- key: {institution}/{month}
-- reason: 核定床位 {beds} 张，当月有 {measured} 天在院人数超过，最多的一天（{peak_on}）{peak} 人
with events as (
    select institution, admitted_on as day, 1 as change from clue_stay where discharged_on > admitted_on
    union all
    select institution, discharged_on as day, -1 as change from clue_stay where discharged_on > admitted_on
),
changes as (
    select institution, day, cast(sum(change) as bigint) as change from events group by institution, day
),
levels as (
    select
        institution,
        day,
        cast(sum(change) over (partition by institution order by day) as bigint) as inside,
        lead(day) over (partition by institution order by day) as until
    from changes
),
over_beds as (
    select
        l.institution,
        d.beds,
        l.inside,
        unnest(generate_series(l.day, l.until - interval 1 day, interval 1 day)) as night
    from levels l
    inner join dim_institution d on d.institution = l.institution
    where d.beds > 0 and l.inside > $times * d.beds and l.until is not null
),
nights as (
    select institution, beds, inside, cast(night as date) as night from over_beds
),
own as (
    select
        institution,
        cast(date_trunc('month', night) as date) as month,
        max(beds) as beds,
        count(*) as nights,
        cast(sum(inside) as bigint) as inside,
        min(night) as first_day,
        max(night) as last_day,
        max(inside) as peak,
        max_by(night, inside * 1000 - date_diff('day', cast($first_month as date), night)) as peak_on -- the first of several
    from nights
    where night between $first_month and $last_day
    group by institution, cast(date_trunc('month', night) as date)
    having count(*) >= $days
),
present as (
    select
        o.institution,
        o.month,
        s.stay,
        s.days,
        s.fund_paid_yuan,
        s.setl_ids
    from own o
    inner join clue_stay s on s.institution = o.institution
        and s.admitted_on <= o.last_day and s.discharged_on > o.first_day and s.discharged_on > s.admitted_on
),
rows_of as (
    select
        institution,
        month,
        count(*) as cases,
        cast(sum(days) as bigint) as days,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        flatten(list(setl_ids order by stay)) as setl_ids
    from present
    group by institution, month
)
select
    o.institution,
    cast(null as bigint) as person,
    o.month,
    o.first_day,
    o.last_day,
    o.beds,
    o.peak,
    o.peak_on,
    o.nights as measured,
    $days as bound,
    o.inside - o.nights * o.beds as stake_part,
    r.days as stake_whole,
    r.cases,
    r.fund_paid_yuan,
    r.setl_ids
from own o
inner join rows_of r on r.institution = o.institution and r.month = o.month
