-- title: 同一人多机构超量配药
-- plain: 同一人在很短的时间里多次购药，或在几家机构配药（药店购药、门诊慢特病）。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项、第四十一条
-- violation: A05
-- severity: medium
-- shape: event
-- unit: 笔或家
-- parameter: purchases | 短期内购药笔数 | 笔 | 5 | 2 | 50
-- parameter: purchase_days | 数笔数的天数 | 天 | 1 | 1 | 31
-- parameter: institutions | 短期内配药机构数 | 家 | 3 | 2 | 20
-- parameter: institution_days | 数机构的天数 | 天 | 7 | 1 | 31
-- needs: settlements.setl_time
-- key: {person}/{month}
-- reason: {first_day} 至 {last_day} 购药、配药 {cases} 笔，涉及 {places} 家机构；{purchase_days} 天内最多 {most_purchases} 笔，{institution_days} 天内最多 {most_places} 家
with bought as (
    select
        v.setl_id,
        v.person,
        v.institution,
        v.month,
        v.seen_on,
        v.fund_paid_yuan
    from clue_visit v
    inner join (
        select person
        from clue_visit
        where care in ('chronic_outpatient', 'pharmacy')
        group by person
        having count(*) >= least($purchases, $institutions)
    ) often on often.person = v.person
    where v.care in ('chronic_outpatient', 'pharmacy')
),
until as (
    select
        a.setl_id,
        a.person,
        a.month,
        a.seen_on,
        count(*) filter (where date_diff('day', b.seen_on, a.seen_on) < $purchase_days) as purchases,
        count(distinct b.institution) filter (where date_diff('day', b.seen_on, a.seen_on) < $institution_days) as places
    from bought a
    inner join bought b on b.person = a.person
        and date_diff('day', b.seen_on, a.seen_on) between 0 and greatest($purchase_days, $institution_days) - 1
    where a.month between $first_month and $last_month
    group by a.setl_id, a.person, a.month, a.seen_on
    having count(*) filter (where date_diff('day', b.seen_on, a.seen_on) < $purchase_days) >= $purchases
        or count(distinct b.institution) filter (where date_diff('day', b.seen_on, a.seen_on) < $institution_days) >= $institutions
),
involved as (
    select distinct
        u.person,
        u.month,
        b.setl_id,
        b.institution,
        b.seen_on,
        b.fund_paid_yuan
    from until u
    inner join bought b on b.person = u.person
        and date_diff('day', b.seen_on, u.seen_on)
            between 0 and (case when u.places >= $institutions then greatest($purchase_days, $institution_days) else $purchase_days end) - 1
        and b.month <= u.month
),
-- where most was bought, the first in order of several
place as (
    select
        person,
        month,
        institution,
        row_number() over (partition by person, month order by count(*) desc, institution) as number
    from involved
    group by person, month, institution
),
most as (
    select person, month, max(purchases) as purchases, max(places) as places
    from until
    group by person, month
)
select
    p.institution,
    i.person,
    i.month,
    min(i.seen_on) as first_day,
    max(i.seen_on) as last_day,
    case when max(m.purchases) >= $purchases then max(m.purchases) else max(m.places) end as measured,
    case when max(m.purchases) >= $purchases then $purchases else $institutions end as bound,
    count(distinct i.institution) as places,
    max(m.purchases) as most_purchases,
    max(m.places) as most_places,
    count(*) as cases,
    cast(sum(i.fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
    list(i.setl_id order by i.seen_on, i.setl_id) as setl_ids
from involved i
inner join most m on m.person = i.person and m.month = i.month
inner join place p on p.person = i.person and p.month = i.month and p.number = 1
group by i.person, i.month, p.institution
