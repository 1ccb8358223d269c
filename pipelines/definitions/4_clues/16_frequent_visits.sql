-- title: 高频门诊
-- plain: 同一人一个月里在同一家机构的门诊（含门诊慢特病）结算达到一定笔数。透析等须每周数次的，可排除。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第二项
-- violation: A05
-- severity: low
-- shape: event
-- unit: 笔
-- parameter: visits | 当月门诊笔数 | 笔 | 15 | 5 | 60
-- needs: settlements.setl_time
-- key: {person}/{institution}/{month}
-- reason: 当月在{institution}门诊 {measured} 笔，达到 {bound} 笔
with often as (
    select person, institution, month
    from clue_visit
    where care <> 'pharmacy' and month between $first_month and $last_month
    group by person, institution, month
    having count(*) >= $visits
)
select
    v.institution,
    v.person,
    v.month,
    min(v.seen_on) as first_day,
    max(v.seen_on) as last_day,
    count(*) as measured,
    $visits as bound,
    count(*) as cases,
    cast(sum(v.fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
    list(v.setl_id order by v.seen_on, v.setl_id) as setl_ids
from clue_visit v
inner join often o on o.person = v.person and o.institution = v.institution and o.month = v.month
where v.care <> 'pharmacy'
group by v.person, v.institution, v.month
