-- title: 住院期间门诊
-- plain: 住院期间（入院次日至出院前一日）又有门诊或门诊慢特病结算。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条；服务协议
-- violation: A02
-- severity: medium
-- shape: event
-- unit: 笔
-- needs: settlements.begndate settlements.enddate
-- key: {person}/{institution}/{seen_on}
-- reason: {stay_from} 至 {stay_to} 在{stay_institution}住院，其间 {seen_on} 在{institution}有门诊结算 {measured} 笔
with seen as (
    select
        v.setl_id,
        v.person,
        v.institution,
        v.seen_on,
        v.month,
        v.fund_paid_yuan,
        s.stay,
        row_number() over (partition by v.setl_id order by s.stay) as number
    from clue_visit v
    inner join clue_stay s on s.person = v.person and v.seen_on > s.admitted_on and v.seen_on < s.discharged_on
    where v.care <> 'pharmacy'
),
days as (
    select
        person,
        institution,
        seen_on,
        min(stay) as stay,
        max(month) as month,
        count(*) as visits,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        list(setl_id order by setl_id) as setl_ids
    from seen
    where number = 1
    group by person, institution, seen_on
)
select
    v.institution,
    v.person,
    greatest(v.month, s.month) as month,
    v.seen_on as first_day,
    v.seen_on as last_day,
    v.seen_on,
    s.institution as stay_institution,
    s.admitted_on as stay_from,
    s.discharged_on as stay_to,
    v.visits as measured,
    0 as bound,
    v.visits as cases,
    v.fund_paid_yuan,
    v.setl_ids,
    s.setl_ids as beside_ids
from days v
inner join clue_stay s on s.stay = v.stay
where greatest(v.month, s.month) between $first_month and $last_month
