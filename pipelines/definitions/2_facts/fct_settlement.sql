-- settlements that count (valid ones), a batch's rows with the codes of the dimensions; refunds are negative offsets
-- grain: one row per settlement record, or per group of an aggregate upload
select
    cast(s.row_id as bigint) as row_id,
    cast(s.setl_id as varchar) as setl_id,
    cast(s.mdtrt_id as varchar) as mdtrt_id,
    cast(s.psn_no as bigint) as person,
    cast(coalesce(s.stat_month, date_trunc('month', s.setl_time)) as date) as month,
    cast(s.setl_time as date) as settled_on,
    cast(s.begndate as date) as admitted_on,
    cast(s.enddate as date) as discharged_on,
    cast(s.insu_admdvs as varchar) as county,
    cast(i.scheme as varchar) as scheme,
    cast(p.category as varchar) as category,
    cast(m.care as varchar) as care,
    cast(s.med_type as varchar) as med_type,
    cast(s.fixmedins_code as varchar) as institution,
    cast(s.fixmedins_name as varchar) as stated_name,
    cast(l.place as varchar) as stated_place,
    cast(s.town as varchar) as town,
    cast(s.dise_no as varchar) as disease_code,
    cast(s.dise_name as varchar) as disease,
    cast(case when s.visits is not null then s.visits when s.refd_setl_flag = '1' then -1 else 1 end as bigint) as visits,
    cast(case when m.care = 'inpatient' then
        case
            when s.ipt_days is null and s.begndate is not null and s.enddate is not null then
                (case when s.refd_setl_flag = '1' then -1 else 1 end) * greatest(date_diff('day', s.begndate, s.enddate), 1)
            when s.refd_setl_flag = '1' then -abs(s.ipt_days)
            else s.ipt_days
        end
    end as bigint) as bed_days,
    cast(s.medfee_sumamt as decimal(18, 2)) as total_cost_yuan,
    cast(s.fulamt_ownpay_amt as decimal(18, 2)) as full_self_pay_yuan,
    cast(s.overlmt_selfpay as decimal(18, 2)) as over_limit_yuan,
    cast(s.preselfpay_amt as decimal(18, 2)) as pre_self_pay_yuan,
    cast(s.inscp_scp_amt as decimal(18, 2)) as in_policy_cost_yuan,
    cast(s.act_pay_dedc as decimal(18, 2)) as deductible_yuan,
    cast(s.hifp_pay as decimal(18, 2)) as pooled_fund_yuan,
    cast(s.cvlserv_pay as decimal(18, 2)) as civil_servant_fund_yuan,
    cast(s.hifes_pay as decimal(18, 2)) as enterprise_fund_yuan,
    cast(s.hifmi_pay as decimal(18, 2)) as critical_illness_fund_yuan,
    cast(s.hifob_pay as decimal(18, 2)) as large_sum_fund_yuan,
    cast(s.maf_pay as decimal(18, 2)) as medical_aid_fund_yuan,
    cast(s.oth_pay as decimal(18, 2)) as other_fund_yuan,
    cast(s.fund_pay_sumamt as decimal(18, 2)) as fund_paid_yuan,
    cast(s.acct_pay as decimal(18, 2)) as account_paid_yuan,
    cast(s.psn_cash_pay as decimal(18, 2)) as cash_paid_yuan,
    cast(s.acct_mulaid_pay as decimal(18, 2)) as account_mutual_yuan,
    cast(s.hosp_part_amt as decimal(18, 2)) as hospital_borne_yuan,
    cast(s.drug_fee as decimal(18, 2)) as drug_cost_yuan,
    cast(s.exam_fee as decimal(18, 2)) as exam_cost_yuan,
    cast(s.material_fee as decimal(18, 2)) as material_cost_yuan
from stg_settlements s
inner join map_insutype i on i.code = s.insutype
inner join map_med_type m on m.code = s.med_type
left join map_psn_type p on p.code = s.psn_type
left join map_pay_loc l on l.code = s.pay_loc
where s.vali_flag = '1'
