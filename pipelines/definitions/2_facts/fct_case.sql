-- the penalty ledger with the withdrawn cases: each case as first written down and each step since; it belongs to the month the case was found in, money to that of its date
-- grain: case_no, progress_no
with state as (
    select case_no, status, row_number() over (partition by case_no order by moved_on desc, progress_no desc) as place
    from stg_case_progress
    where status is not null
),
reviewed as (
    select
        case_no,
        review_result,
        review_amount,
        row_number() over (partition by case_no order by moved_on desc, progress_no desc) as place
    from stg_case_progress
    where review_result is not null
),
damages as (
    select case_no, sum(yuan) as yuan
    from (
        select case_no, coalesce(damages_due, 0) as yuan from stg_penalties
        union all
        select case_no, coalesce(due, 0) as yuan from stg_case_progress where handling = 'damages'
    ) asked
    group by case_no
),
entries as (
    select
        'case' as entry,
        case_no,
        cast(null as varchar) as progress_no,
        found_date as entered_on,
        received_date as received_on,
        settled_month,
        handling,
        status,
        decision_no as document_no,
        cast(null as varchar) as note,
        coalesce(deducted, 0) as deducted,
        case when settled_month is not null or status = 'closed' then coalesce(deducted, 0) else 0 end as deducted_done,
        coalesce(assessment_deducted, 0) as assessed,
        case when settled_month is not null or status = 'closed' then coalesce(assessment_deducted, 0) else 0 end as assessed_done,
        coalesce(recover_due, 0) as recover_due,
        coalesce(recover_received, 0) as recover_received,
        coalesce(damages_due, 0) as damages_due,
        coalesce(damages_received, 0) as damages_received,
        coalesce(fine_due, 0) as fine_due,
        coalesce(fine_received, 0) as fine_received
    from stg_penalties
    union all
    select
        'progress' as entry,
        case_no,
        progress_no,
        moved_on as entered_on,
        case when coalesce(received, 0) <> 0 then moved_on end as received_on,
        settled_month,
        handling,
        status,
        document_no,
        note,
        case when handling = 'deduct' then coalesce(due, 0) else 0 end as deducted,
        case when handling = 'deduct' then coalesce(deducted, 0) else 0 end as deducted_done,
        case when handling = 'assessment_deduct' then coalesce(due, 0) else 0 end as assessed,
        case when handling = 'assessment_deduct' then coalesce(deducted, 0) else 0 end as assessed_done,
        case when handling = 'recover' then coalesce(due, 0) else 0 end as recover_due,
        case when handling = 'recover' then coalesce(received, 0) else 0 end as recover_received,
        case when handling = 'damages' then coalesce(due, 0) else 0 end as damages_due,
        case when handling = 'damages' then coalesce(received, 0) else 0 end as damages_received,
        case when handling = 'fine' then coalesce(due, 0) else 0 end as fine_due,
        case when handling = 'fine' then coalesce(received, 0) else 0 end as fine_received
    from stg_case_progress
)
select
    cast(e.case_no as varchar) as case_no,
    cast(e.progress_no as varchar) as progress_no,
    cast(e.entry as varchar) as entry,
    cast(date_trunc('month', coalesce(s.found_date, e.entered_on)) as date) as month,
    cast(s.found_date as date) as found_on,
    cast(e.entered_on as date) as entered_on,
    cast(date_trunc('month', e.received_on) as date) as received_month,
    cast(e.received_on as date) as received_on,
    cast(e.settled_month as date) as settled_month,
    cast(s.activity as varchar) as activity,
    cast(s.subject_type as varchar) as subject_type,
    cast(s.fixmedins_code as varchar) as institution,
    cast(coalesce(d.name, s.fixmedins_name) as varchar) as institution_name,
    cast(s.fixmedins_name as varchar) as subject_name,
    cast(d.kind as varchar) as kind,
    cast(d.level as varchar) as level,
    cast(d.county as varchar) as county,
    cast(d.town as varchar) as town,
    cast(d.place as varchar) as place,
    cast(i.scheme as varchar) as scheme,
    cast(s.violation_code as varchar) as violation,
    cast(s.description as varchar) as description,
    cast(case when e.entry = 'case' then s.persons end as bigint) as persons,
    cast(case when e.entry = 'case' then s.records end as bigint) as records,
    cast(case when e.entry = 'case' then s.base_amount end as decimal(18, 2)) as base_amount_yuan,
    cast(e.deducted as decimal(18, 2)) as deducted_yuan,
    cast(e.deducted_done as decimal(18, 2)) as deducted_done_yuan,
    cast(e.assessed as decimal(18, 2)) as assessment_deducted_yuan,
    cast(e.assessed_done as decimal(18, 2)) as assessment_done_yuan,
    cast(e.recover_due as decimal(18, 2)) as recover_due_yuan,
    cast(e.recover_received as decimal(18, 2)) as recover_received_yuan,
    cast(case when e.entry = 'case' then s.damages_multiple end as decimal(18, 4)) as damages_multiple,
    cast(e.damages_due as decimal(18, 2)) as damages_due_yuan,
    cast(case when e.entry = 'case' then a.yuan else 0 end as decimal(18, 2)) as case_damages_due_yuan,
    cast(e.damages_received as decimal(18, 2)) as damages_received_yuan,
    cast(e.fine_due as decimal(18, 2)) as fine_due_yuan,
    cast(e.fine_received as decimal(18, 2)) as fine_received_yuan,
    cast(e.handling as varchar) as handling,
    cast(s.suspend_from as date) as suspend_from,
    cast(s.suspend_to as date) as suspend_to,
    cast(s.decision_no as varchar) as decision_no,
    cast(s.decision_date as date) as decision_date,
    cast(case when e.entry = 'case' then coalesce(r.review_result, s.review_result) end as varchar) as review_result,
    cast(case when e.entry = 'case' then coalesce(r.review_amount, s.review_amount) end as decimal(18, 2)) as review_amount_yuan,
    cast(s.transferred_to as varchar) as transferred_to,
    cast(coalesce(l.status, s.status) as varchar) as status,
    cast(e.status as varchar) as entry_status,
    cast(e.document_no as varchar) as document_no,
    cast(e.note as varchar) as note,
    cast(s.setl_ids as varchar) as setl_ids
from entries e
left join stg_penalties s on s.case_no = e.case_no
left join state l on l.case_no = e.case_no and l.place = 1
left join reviewed r on r.case_no = e.case_no and r.place = 1
left join damages a on a.case_no = e.case_no
left join map_insutype i on i.code = s.insutype
left join dim_institution d on d.institution = s.fixmedins_code
