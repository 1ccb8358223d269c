-- title: 频繁住院
-- plain: 同一人一年内住院达到一定次数；从达到的那一次起计入金额。按疗程住院的肿瘤放化疗、透析不算。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第一、二项
-- violation: A01
-- severity: medium
-- shape: event
-- unit: 次
-- parameter: stays | 年内住院次数 | 次 | 6 | 3 | 24
-- needs: settlements.begndate settlements.enddate
-- key: {person}/{year}
-- reason: {year} 年内已住院 {measured} 次，达到 {bound} 次；最近一次在{institution}（{first_day} 至 {last_day}）
with numbered as (
    select
        person,
        institution,
        month,
        admitted_on,
        discharged_on,
        fund_paid_yuan,
        setl_ids,
        cast(row_number() over (partition by person order by month, discharged_on, stay) as bigint) as number
    from clue_stay
    where month between $first_month and $last_month and coalesce(disease, '') not in ('Z49', 'Z51')
)
select
    max_by(institution, number) as institution,
    person,
    min(month) filter (where number >= $stays) as month,
    max_by(admitted_on, number) as first_day,
    max_by(discharged_on, number) as last_day,
    $year as year,
    max(number) as measured,
    $stays as bound,
    count(*) filter (where number >= $stays) as cases,
    cast(sum(fund_paid_yuan) filter (where number >= $stays) as decimal(18, 2)) as fund_paid_yuan,
    flatten(list(setl_ids order by number) filter (where number >= $stays)) as setl_ids,
    flatten(list(setl_ids order by number) filter (where number < $stays)) as beside_ids
from numbered
group by person
having max(number) >= $stays
