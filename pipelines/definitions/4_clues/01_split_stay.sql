-- title: 分解住院
-- plain: 同一人因同一病种出院后不久又住进同一机构，或同一乡镇的另一机构。
--   转外住院、出院次日内转入另一等级机构的不算；肿瘤放化疗、透析按疗程住院，不算。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条第一项
-- violation: A01
-- severity: high
-- shape: event
-- unit: 天
-- parameter: days | 出院到再入院的天数 | 天 | 15 | 1 | 60
-- needs: settlements.begndate settlements.enddate settlements.dise_no
-- key: {person}/{institution}/{admitted_on}
-- reason: {earlier_on} 从{earlier_institution}出院，{measured} 天后因同一病种（{disease}）又住进{institution}，不超过 {bound} 天
with pairs as (
    select
        s.stay,
        p.stay as earlier,
        date_diff('day', p.discharged_on, s.admitted_on) as gap_days,
        row_number() over (partition by s.stay order by p.discharged_on desc, p.stay desc) as recent
    from clue_stay s
    inner join clue_stay p on p.person = s.person and p.disease = s.disease
    where p.admitted_on < s.admitted_on
        and s.month between $first_month and $last_month
        and date_diff('day', p.discharged_on, s.admitted_on) between 0 and $days
        and s.disease not in ('Z49', 'Z51')
        and s.transferred = 0
        and (p.institution = s.institution
            or p.place = 'in_county' and s.place = 'in_county' and p.institution_town = s.institution_town
            and (p.level = s.level or date_diff('day', p.discharged_on, s.admitted_on) > 1))
)
select
    s.institution,
    s.person,
    s.month,
    s.admitted_on as first_day,
    s.discharged_on as last_day,
    s.admitted_on,
    s.disease_code as disease,
    p.institution as earlier_institution,
    p.discharged_on as earlier_on,
    q.gap_days as measured,
    $days as bound,
    1 as cases,
    s.fund_paid_yuan,
    s.setl_ids,
    p.setl_ids as beside_ids
from pairs q
inner join clue_stay s on s.stay = q.stay
inner join clue_stay p on p.stay = q.earlier
where q.recent = 1
