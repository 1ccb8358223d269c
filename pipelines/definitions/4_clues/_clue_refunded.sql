-- what is no row: every refund, and the settlement that it takes back: the first of the same visit with the same amounts
-- grain: setl_id
with refund as (
    select person, institution, care, admitted_on, discharged_on, total_cost_yuan, fund_paid_yuan, count(*) as refunds
    from clue_row
    where visits < 0
    group by person, institution, care, admitted_on, discharged_on, total_cost_yuan, fund_paid_yuan
),
candidate as (
    select
        s.setl_id,
        r.refunds,
        row_number() over (
            partition by s.person, s.institution, s.care, s.admitted_on, s.discharged_on, s.total_cost_yuan, s.fund_paid_yuan
            order by s.settled_on, s.setl_id
        ) as number
    from refund r
    inner join clue_row s
        on s.person = r.person
        and s.institution = r.institution
        and s.care = r.care
        and s.admitted_on is not distinct from r.admitted_on
        and s.discharged_on is not distinct from r.discharged_on
        and s.total_cost_yuan = -r.total_cost_yuan
        and s.fund_paid_yuan = -r.fund_paid_yuan
    where s.visits > 0
)
select setl_id from candidate where number <= refunds
union all
select setl_id from clue_row where visits < 0
