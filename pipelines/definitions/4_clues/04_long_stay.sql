-- title: 超长住院
-- plain: 一次住院的天数超过上限。精神、康复类机构长住较多，可据此调整上限。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第一、二项
-- violation: A02
-- severity: medium
-- shape: event
-- unit: 天
-- parameter: days | 住院天数上限 | 天 | 60 | 15 | 365
-- needs: settlements.begndate settlements.enddate
-- key: {person}/{institution}/{admitted_on}
-- reason: {first_day} 入院、{last_day} 出院，住院 {measured} 天，超过 {bound} 天
select
    institution,
    person,
    month,
    admitted_on as first_day,
    discharged_on as last_day,
    admitted_on,
    days as measured,
    $days as bound,
    1 as cases,
    fund_paid_yuan,
    setl_ids
from clue_stay
where days > $days and month between $first_month and $last_month
