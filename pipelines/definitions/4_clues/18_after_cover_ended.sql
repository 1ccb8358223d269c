-- title: 死亡或停保后就医
-- plain: 参保关系终止（死亡、停保、转出）的次日起，到恢复参保之前，仍有就医或购药；住院按入院日看。
-- basis: 《医疗保障基金使用监督管理条例》第十五条、第三十八条、第四十条第一项、第四十一条
-- violation: C01
-- severity: high
-- shape: event
-- unit: 天
-- parameter: days | 终止之后宽限的天数 | 天 | 0 | 0 | 90
-- needs: settlements.setl_time cover_ends
-- key: {person}/{institution}/{used_on}
-- reason: {ended_on}{cover_end_reason}，{measured} 天后（{used_on}）在{institution}有结算 {cases} 笔
with used as (
    select
        setl_id,
        person,
        institution,
        month,
        coalesce(admitted_on, settled_on) as used_on,
        coalesce(discharged_on, settled_on) as until,
        fund_paid_yuan
    from clue_row
    where month between $first_month and $last_month
),
after_end as (
    select
        u.*,
        e.ended_on,
        e.end_reason,
        row_number() over (partition by u.setl_id order by e.ended_on desc, e.end_reason) as number
    from used u
    inner join fct_cover_end e on e.person = u.person
    where date_diff('day', e.ended_on, u.used_on) > $days
        and (e.resumed_on is null or u.used_on < e.resumed_on)
)
select
    institution,
    person,
    max(month) as month,
    min(used_on) as first_day,
    max(until) as last_day,
    used_on,
    max(ended_on) as ended_on,
    max_by(end_reason, ended_on) as cover_end_reason,
    date_diff('day', max(ended_on), used_on) as measured,
    $days as bound,
    count(*) as cases,
    cast(sum(fund_paid_yuan) as decimal(18, 2)) as fund_paid_yuan,
    list(setl_id order by setl_id) as setl_ids
from after_end
where number = 1
group by person, institution, used_on
