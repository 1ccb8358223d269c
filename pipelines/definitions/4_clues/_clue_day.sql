-- the days on which an institution admitted or discharged three or more, and half as many again as on its mean day of the year:
-- no rule may be set to less, and lists of all the other days would take most of the time
-- grain: institution, event, day
with event as (
    select 'admitted' as event, stay, institution, admitted_on as day, month, fund_paid_yuan, setl_ids from clue_stay
    union all
    select 'discharged' as event, stay, institution, discharged_on as day, month, fund_paid_yuan, setl_ids from clue_stay
    where bills = 1 or discharged_on <> $last_day -- the last of several bills that is loaded: still there, it may be
),
days as (
    select institution, event, day, count(*) as stays
    from event
    group by institution, event, day
),
beside as (
    select
        institution,
        event,
        day,
        stays,
        date_diff('day', cast($first_month as date), cast($last_day as date)) + 1 as year_days,
        cast(
            sum(case when day between $first_month and $last_day then stays else 0 end) over (partition by institution, event)
            as bigint
        ) as year_stays
    from days
)
select
    b.institution,
    b.event,
    b.day,
    b.stays,
    b.year_stays,
    b.year_days,
    cast(sum(e.fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
    list(e.month order by e.month, e.stay) as months,
    flatten(list(e.setl_ids order by e.stay)) as setl_ids
from beside b
inner join event e on e.institution = b.institution and e.event = b.event and e.day = b.day
where b.stays >= 3 and b.stays * b.year_days > 1.5 * b.year_stays
group by b.institution, b.event, b.day, b.stays, b.year_stays, b.year_days
