-- title: 雷同账单
-- plain: 一家机构当月有几个人的住院总费用一分不差。按病种定额收费的机构常见，可排除。
-- basis: 《医疗保障基金使用监督管理条例》第二十条、第四十条第二、三项
-- violation: C04
-- severity: high
-- shape: pattern
-- unit: 人
-- parameter: persons | 费用相同的人数 | 人 | 5 | 2 | 100
-- needs: settlements.setl_time
-- key: {institution}/{month}/{bill_yuan}
-- reason: 当月有 {measured} 人的住院总费用同为 {bill_yuan} 元
with alike as (
    select
        institution,
        month,
        total_cost_yuan,
        min(admitted_on) as first_day,
        max(discharged_on) as last_day,
        count(distinct person) as persons,
        count(*) as cases,
        cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
        flatten(list(setl_ids order by stay)) as setl_ids
    from clue_stay
    where month between $first_month and $last_month and total_cost_yuan > 0 and whole = 1
    group by institution, month, total_cost_yuan
    having count(distinct person) >= $persons
)
select
    institution,
    cast(null as bigint) as person,
    month,
    first_day,
    last_day,
    total_cost_yuan as bill_yuan,
    persons as measured,
    $persons as bound,
    cases,
    fund_paid_yuan,
    setl_ids
from alike
