-- what a bed-day of a medical institution of the county is paid: its own rates go before those of its kind, those before the county's; rates that leave a day out or name one twice are none
-- grain: year, institution, disease_class, day_from
with applying as (
    select
        r.year,
        d.institution,
        r.disease_class,
        r.day_from,
        r.day_to,
        r.rate_yuan,
        case when r.institution is not null then 1 when k.kind <> 'all' then 2 else 3 end as distance
    from fct_bed_day_rate r
    left join map_rate_group k on k.code = r.institution_group
    inner join dim_institution d on d.place = 'in_county' and d.type = 'medical'
        and (d.institution = r.institution or r.institution is null and coalesce(k.kind, 'all') in (d.kind, 'all'))
),
nearest as (
    select year, institution, disease_class, min(distance) as distance
    from applying
    group by year, institution, disease_class
),
segments as (
    select
        a.year,
        a.institution,
        a.disease_class,
        a.day_from,
        min(a.day_to) as day_to,
        min(a.rate_yuan) as rate_yuan,
        count(*) as times_named
    from applying a
    inner join nearest n
        on n.year = a.year and n.institution = a.institution and n.disease_class = a.disease_class and n.distance = a.distance
    group by a.year, a.institution, a.disease_class, a.day_from
),
joined as (
    select
        s.year,
        s.institution,
        s.disease_class,
        s.day_from,
        s.day_to,
        s.rate_yuan,
        coalesce(sum(e.rate_yuan * cast(e.day_to - e.day_from + 1 as decimal(9, 0))), 0) as earlier_yuan,
        case
            when s.times_named = 1 and coalesce(sum(e.day_to - e.day_from + 1), 0) = s.day_from - 1
                and sum(case when e.day_from is not null and e.day_to is null then 1 else 0 end) = 0 then 0
            else 1
        end as wrong
    from segments s
    left join segments e
        on e.year = s.year and e.institution = s.institution and e.disease_class = s.disease_class and e.day_from < s.day_from
    group by s.year, s.institution, s.disease_class, s.day_from, s.day_to, s.rate_yuan, s.times_named
),
sound as (
    select year, institution, disease_class
    from joined
    group by year, institution, disease_class
    having sum(wrong) = 0
)
select
    cast(j.year as integer) as year,
    cast(cast(j.year as varchar) || '-01-01' as date) as first_month,
    cast(cast(j.year as varchar) || '-12-01' as date) as last_month,
    cast(j.institution as varchar) as institution,
    cast(j.disease_class as varchar) as disease_class,
    cast(j.day_from as bigint) as day_from,
    cast(j.day_to as bigint) as day_to,
    cast(j.rate_yuan as decimal(18, 2)) as rate_yuan,
    cast(j.earlier_yuan as decimal(18, 2)) as earlier_yuan
from joined j
inner join sound s on s.year = j.year and s.institution = j.institution and s.disease_class = j.disease_class
