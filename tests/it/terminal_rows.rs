//! What users of terminal programs complain of, how files and machines fail, how hosts are attacked: row by row, what has
//! to be reached and the tests that reach it. A row without a test says why; a name without a test is found out here.
//!
//! `tests/terminal.md` is this table with the figures the tests reached. The tests write it:
//! `SHOUMI_FIGURES=1 cargo test`, and `SHOUMI_FIGURES=1 SHOUMI_LONG=1 cargo test --release NAME` for a long run by hand.

use std::collections::HashMap;

use crate::figures;

/// A row: what it is about, what has to be reached, the tests, what is left open.
type Row = (&'static str, &'static str, &'static [&'static str], &'static str);

const COMPLAINTS: &[Row] = &[
    (
        "dropped connection",
        "draft saved, exit ≤ 1 s, code 129",
        &[
            "the_line_that_is_dropped_ends_the_session",
            "a_closed_terminal_is_noticed_without_any_signal",
            "the_text_is_there_again_after_every_end",
            "a_dropped_ssh_connection_saves_the_draft_and_leaves_nothing",
        ],
        "",
    ),
    (
        "half-open link",
        "saved and gone within the interval × (count + 2)",
        &["a_frozen_link_ends_in_a_few_intervals_with_the_draft_saved"],
        "OpenSSH 9.2 takes most of one interval more",
    ),
    (
        "SIGTERM, stalled terminal",
        "saved after 1.5 s, exit ≤ 2.5 s",
        &[
            "a_signal_on_a_stalled_terminal_is_answered_by_the_signal_thread",
            "a_signal_while_the_line_is_frozen_ends_the_session_with_the_draft",
        ],
        "",
    ),
    (
        "panic, error exit",
        "normal screen, cursor, cooked mode; no personal data",
        &["the_ways_out_restore_the_terminal", "cooked_mode_comes_back"],
        "",
    ),
    (
        "SIGKILL",
        "nothing acknowledged lost",
        &["what_was_typed_two_seconds_before_a_kill_is_kept", "what_the_real_program_shows_as_done_is_on_disk"],
        "the screen it leaves: README",
    ),
    (
        "Ctrl-Z",
        "stops on a laptop, ignored under a forced command",
        &["ctrl_z_stops_where_there_is_a_shell_and_nowhere_else"],
        "",
    ),
    ("Esc, Alt, latency", "a split arrow is an arrow", &["a_split_arrow_is_an_arrow_and_not_a_cancel"], ""),
    ("split UTF-8", "a character over 3 reads arrives whole", &["a_character_in_three_pieces_arrives_whole"], ""),
    (
        "paste",
        "one event; cap 1 MiB; never submits, never a command",
        &[
            "a_paste_of_30_kilobytes_is_one_event",
            "a_megabyte_is_pasted_and_more_is_refused",
            "a_paste_that_holds_its_own_end_types_nothing",
            "a_paste_without_end_leaves_the_keyboard_alive",
            "a_paste_without_marks_outside_a_field_is_ignored",
        ],
        "",
    ),
    (
        "high latency",
        "move ≤ 600 bytes, edit ≤ 120, idle 0; queued keys = one frame",
        &[
            "an_idle_session_sends_nothing_and_keys_cost_little",
            "moves_and_filters_cost_few_bytes",
            "forty_thousand_keys_are_handled",
            "a_burst_of_3000_bytes_needs_no_further_key",
            "keys_cost_few_bytes_over_ssh",
            "a_slow_line_gets_queued_keys_in_few_frames",
        ],
        "",
    ),
    (
        "resize",
        "no panic from 1×1 to 300×100; a notice below 60×16",
        &["every_small_size_is_survived", "every_screen_stands_every_size", "too_small_says_so_and_comes_back"],
        "",
    ),
    (
        "CJK width, cut, stale cells",
        "exact cells; the same screen as a fresh paint",
        &["chinese_stands_in_its_cells", "a_storm_leaves_the_same_screen_as_a_fresh_paint"],
        "",
    ),
    (
        "IME",
        "the caret behind what was typed",
        &["the_caret_stands_behind_what_was_typed_for_input_methods"],
        "real input methods",
    ),
    (
        "ambiguous width",
        "the probe finds it; ASCII signs then",
        &["wide_signs_and_broken_character_sets_are_found_by_the_probe"],
        "",
    ),
    (
        "TERM, colours",
        "16 colours, ASCII for vt100, dumb and unknown names",
        &[
            "every_name_of_a_terminal_shows_the_same_words",
            "only_three_private_modes_and_sixteen_colours_reach_the_wire",
        ],
        "",
    ),
    (
        "non-UTF-8 terminal",
        "a page in ASCII, then English",
        &["gnu_screen_without_utf8_gets_a_page_in_ascii_and_then_english"],
        "",
    ),
    (
        "tmux, screen",
        "private modes 1049, 2004, 25 and no others",
        &[
            "tmux_shows_the_same_words_and_gets_its_screen_back",
            "gnu_screen_shows_the_same_words_and_gets_its_screen_back",
            "xterm_shows_the_same_words_and_gets_its_screen_back",
            "ssh_in_tmux_shows_resizes_and_gives_the_screen_back",
        ],
        "",
    ),
    ("OSC 52", "never sent", &["hostile_texts_never_reach_the_terminal"], ""),
    (
        "injection through data",
        "10 texts × every screen, export, error: no forbidden byte",
        &[
            "hostile_texts_reach_no_cell",
            "hostile_texts_of_a_real_register_reach_no_cell",
            "hostile_texts_never_reach_the_terminal",
            "nothing_forbidden_comes_out",
        ],
        "",
    ),
    (
        "screen readers",
        "lines only, no sequence; the tasks by ear",
        &["the_four_tasks_are_done_by_ear", "help_sequences_and_the_other_language_are_said"],
        "real screen readers",
    ),
    (
        "colour-blindness",
        "word and sign; contrast ≥ 4.5",
        &["every_text_has_a_contrast_of_4_5", "without_colour_every_state_is_a_word_and_a_sign"],
        "",
    ),
    (
        "projector",
        "nothing but the asked person, no whole number",
        &["the_projector_shows_nothing_but_the_asked_person"],
        "",
    ),
];

const FAULTS: &[Row] = &[
    (
        "kill -9",
        "300 kills in every run, 10,000 by hand; 0 acknowledged lost, 0 chain breaks; opened ≤ 1 s at 100 MiB (by hand)",
        &[
            "killed_writers_lose_nothing_acknowledged",
            "killed_at_any_moment_of_an_inspection_it_goes_on_at_the_same_item",
            "killed_at_any_operation_of_any_journey_nothing_is_half_done",
            "what_a_killed_export_left_goes_with_the_next",
        ],
        "",
    ),
    (
        "power cut",
        "20,000 images, 1,000,000 by hand; 0 lost, 0 broken, 0 panics",
        &["the_power_may_fail_at_any_moment", "images_keep_what_was_synced"],
        "fewer in every run: they would take two minutes",
    ),
    ("lying fsync", "opens right or says damaged", &["a_disk_that_lies_about_syncing_is_found_out_or_right"], ""),
    (
        "I/O error at operation n",
        "every n of 10 journeys; text kept, file and way out named",
        &[
            "every_operation_of_a_commit_may_fail",
            "a_large_commit_that_fails_on_the_way_changes_nothing",
            "a_new_store_on_a_full_disk_leaves_nothing_behind",
            "any_operation_of_ten_journeys_may_fail",
            "a_form_sent_to_a_failing_disk_keeps_its_text_and_goes_when_the_disk_does",
        ],
        "a share of the operations in every run, all of them and reads by hand",
    ),
    (
        "ENOSPC",
        "refused cleanly; reopens by itself; the last export intact",
        &["a_failed_export_leaves_the_old_file", "a_full_disk_and_a_read_only_one_lose_nothing"],
        "",
    ),
    (
        "read-only file system, missing rights",
        "read-only with a notice",
        &["a_session_that_may_only_read_follows_changes", "a_full_disk_and_a_read_only_one_lose_nothing"],
        "",
    ),
    (
        "limits of the system",
        "files that may not grow, few that may be open: refused in words, nothing lost, 0 panics",
        &["a_file_that_may_not_grow_is_refused_like_a_full_disk", "few_files_may_be_open_and_nothing_panics"],
        "",
    ),
    (
        "damaged file",
        "every bit of the first 4 KiB, 10,000 flips: 0 panics, 0 wrong data, original untouched",
        &[
            "a_flipped_byte_anywhere_gives_the_right_answer_or_damage",
            "random_flips_in_a_larger_store",
            "a_file_cut_anywhere_is_damage",
            "zeroed_and_swapped_pages_are_noticed_or_harmless",
            "what_is_not_a_store_says_what_it_is",
            "an_older_state_put_back_under_a_running_session_is_noticed",
            "whatever_happens_to_the_register_under_a_session_the_text_stays",
        ],
        "",
    ),
    (
        "clock backwards",
        "order by sequence; the jump recorded and shown",
        &["a_clock_set_back_changes_neither_order_nor_duties", "at_midnight_the_counters_move"],
        "",
    ),
    (
        "dates",
        "200,000 cases; the same in 5 time zones",
        &["the_table_of_dates", "periods_agree", "any_day_reads_in_every_form"],
        "",
    ),
    (
        "two sessions, same record",
        "the second sees who was faster; both texts kept; readable beside a stopped holder",
        &[
            "a_second_save_shows_both_texts_and_lets_choose",
            "nobodys_text_is_lost_in_a_conflict",
            "a_writer_that_waits_too_long_says_so_and_reading_goes_on",
            "eight_processes_lose_nothing",
        ],
        "",
    ),
    (
        "schema upgrade",
        "an older or newer file is refused untouched",
        &["other_schemas_are_told_apart", "a_register_of_another_format_is_refused_in_words_and_untouched"],
        "migration begins with the first release",
    ),
    (
        "hostile import",
        "limits while inflating; all or nothing; row, column, value, reason",
        &[
            "one_cell_at_the_far_corner_costs_nothing",
            "bombs_entities_paths_and_passwords_are_refused",
            "shared_strings_without_end_are_refused_before_they_are_kept",
            "repeated_cells_of_an_ods_are_not_unrolled_without_end",
            "what_a_sheet_of_an_old_workbook_claims_is_not_believed",
            "mutated_files_never_break_the_reader",
            "hostile_text_reaches_no_complaint_unseen",
            "text_files_of_every_encoding_read",
            "whatever_comes_from_outside_breaks_no_reader",
        ],
        "",
    ),
    ("export", "formulas are text", &["formulas_are_defused_and_numbers_left_alone"], ""),
    (
        "hostile bundles",
        "500,000 runs, 0 panics; nothing changes before all is verified",
        &[
            "every_flipped_bit_and_every_cut_is_refused",
            "no_mutation_is_taken_or_panics",
            "what_is_damaged_foreign_or_of_another_store_changes_nothing",
            "whatever_a_bundle_holds_is_refused_or_sound",
            "hostile_bundles_leave_a_real_store_as_it_was",
        ],
        "",
    ),
    (
        "input decoder",
        "1,000,000 runs; any split, the same events",
        &[
            "any_split_gives_the_same_events",
            "no_event_holds_a_control_character",
            "silence_leaves_the_ground_state",
            "whatever_comes_from_outside_breaks_no_reader",
        ],
        "",
    ),
    (
        "backup",
        "restored into an empty folder it is the register; 100 % of flips in the copy reported",
        &[
            "every_backup_restored_into_an_empty_folder_is_the_register",
            "whatever_happens_to_a_backup_is_reported",
            "a_backup_of_another_register_does_not_open_with_this_key",
            "a_backup_is_read_and_not_worked_in",
        ],
        "",
    ),
    (
        "soak",
        "8 sessions for an hour: memory < +10 %, nothing left over",
        &["eight_sessions_on_one_register_grow_little_and_leave_nothing"],
        "",
    ),
];

const ATTACKS: &[Row] = &[
    (
        "roles (三员)",
        "default-deny table; a command without a row fails",
        &[
            "every_command_has_a_row_and_readers_have_none",
            "the_table_of_every_command_and_every_role",
            "a_hosts_store_names_three_administrators",
            "an_administrator_sees_on_the_screens_that_people_are_not_his",
            "a_department_leader_sees_and_files_for_his_own_people_alone",
            "bounded_rights_put_nothing_out_of_reach_and_no_unit_as_a_whole",
            "each_role_stays_at_its_desk",
            "an_account_is_opened_by_one_administrator_and_given_rights_by_another",
            "nobody_deals_with_his_own_account_and_the_auditor_with_none",
            "whoever_writes_in_a_request_has_filed_it_too",
            "an_inspection_of_several_departments_is_the_units_alone",
            "nobody_learns_of_others_records_by_what_is_refused_or_asked_again",
            "what_others_searched_for_and_took_out_is_told_to_whoever_sees_everybody",
            "a_backup_of_a_host_is_its_administrators_and_an_entry",
        ],
        "",
    ),
    (
        "identity",
        "the key names the operator; two at once",
        &["each_key_is_its_operator_and_two_work_side_by_side", "accounts_are_opened_granted_keyed_and_shut"],
        "",
    ),
    (
        "idle, left terminal",
        "blank, then the end with the draft saved",
        &[
            "half_a_sequence_does_not_hold_off_the_idle_blank",
            "an_idle_terminal_shows_nothing_and_the_key_that_wakes_it_does_nothing_else",
        ],
        "",
    ),
    (
        "masking",
        "no whole number in lists, exports, logs",
        &[
            "numbers_in_remarks_are_masked",
            "no_long_run_of_digits_is_left",
            "no_list_file_paper_or_complaint_holds_a_whole_number",
            "no_snapshot_holds_a_whole_number",
            "a_look_has_a_reason_and_an_entry_and_the_rest_is_masked",
            "a_reason_is_something_that_can_be_read",
            "the_card_shows_them_for_a_moment_and_for_a_reason",
            "whole_numbers_go_away_by_themselves",
        ],
        "",
    ),
    (
        "journal edited by account or root",
        "the first bad entry named",
        &[
            "an_edited_entry_is_the_first_bad_one",
            "a_deleted_entry_is_the_first_bad_one",
            "exchanged_entries_and_details_are_found",
            "a_cut_tail_is_found_even_with_the_manifest_it_once_had",
            "an_entry_slipped_in_behind_the_head_is_found",
            "each_kind_of_tampering_is_found_at_the_first_bad_entry_wherever_it_is",
            "the_days_code_is_told_and_holds_until_the_journal_is_another",
            "reading_the_journal_is_an_entry_of_it",
        ],
        "",
    ),
    (
        "remote command, sftp, scp",
        "exit 65, an entry of the journal",
        &[
            "without_a_terminal_and_under_a_forced_command_the_screens_stay_closed",
            "remote_commands_and_file_transfers_are_refused",
            "refused_commands_in_a_row_do_not_fill_the_journal",
        ],
        "",
    ),
    (
        "forwarding, agent, X11, tunnel, multiplexing",
        "refused by the key's own line",
        &["forwarding_agents_tunnels_and_second_sessions_are_refused"],
        "",
    ),
    ("environment", "nothing but TERM arrives", &["the_clients_environment_and_its_keys_reach_no_shell"], ""),
    (
        "shell escape",
        "no child process, ever",
        &[
            "the_clients_environment_and_its_keys_reach_no_shell",
            "ctrl_z_stops_where_there_is_a_shell_and_nowhere_else",
        ],
        "",
    ),
    (
        "file dialogue, path tricks",
        "names inside two folders, nothing followed",
        &[
            "files_come_and_go_by_names_in_two_folders_and_nothing_leads_out_of_them",
            "a_name_in_the_folder_is_taken_and_nothing_that_leads_out_of_it",
            "links_are_followed_where_nothing_is_bound_and_nowhere_else",
            "only_an_ordinary_file_is_opened_and_no_pipe_waited_for",
        ],
        "",
    ),
    (
        "exfiltration by screen or clipboard",
        "no OSC 52; the first rows of a list for whoever only looks things up",
        &[
            "hostile_texts_never_reach_the_terminal",
            "only_three_private_modes_and_sixteen_colours_reach_the_wire",
            "a_look_has_a_reason_and_an_entry_and_the_rest_is_masked",
            "whoever_only_looks_things_up_sees_the_first_rows_and_takes_no_list_out",
        ],
        "",
    ),
    (
        "exfiltration by export",
        "right, reason, folder, mark",
        &[
            "whoever_only_looks_things_up_sees_the_first_rows_and_takes_no_list_out",
            "a_file_says_its_level_who_and_when_and_the_journal_how_many_rows",
            "a_list_that_is_more_than_its_mark_says_is_warned_of",
            "a_form_is_an_entry_and_its_numbers_are_whole_for_a_reason_alone",
            "the_journal_says_which_file_went_out_and_the_doctor_which_folders_are_wrong",
        ],
        "",
    ),
    (
        "core dump, process list",
        "core limit 0; nothing personal in the list of processes",
        &["the_clients_environment_and_its_keys_reach_no_shell"],
        "",
    ),
    (
        "other operator's session",
        "a draft belongs to its operator",
        &["each_key_is_its_operator_and_two_work_side_by_side", "two_sessions_of_one_operator_have_a_draft_each"],
        "",
    ),
    (
        "stolen key",
        "a disabled operator is out at the next commit",
        &["whoever_is_shut_out_is_out_at_once_with_the_draft_kept", "a_card_is_closed_when_it_is_out_of_reach"],
        "",
    ),
    (
        "paste or data as commands",
        "no key of a paste is a command",
        &["a_paste_that_holds_its_own_end_types_nothing", "a_paste_without_marks_outside_a_field_is_ignored"],
        "",
    ),
    ("spoofed names", "visible forms", &["what_steers_or_hides_is_shown"], ""),
    (
        "denial: sessions, held lock, storm",
        "others read beside a holder; a storm is few frames; ≤ 3 sessions per operator",
        &[
            "a_writer_that_waits_too_long_says_so_and_reading_goes_on",
            "forty_thousand_keys_are_handled",
            "an_operator_has_so_many_sessions_and_a_killed_one_counts_no_more",
        ],
        "",
    ),
    ("lock-out by failed logins", "others unaffected", &["strangers_are_kept_out_and_nobody_else_with_them"], ""),
    (
        "rollback to an old file",
        "refused",
        &[
            "an_older_state_put_back_under_a_running_session_is_noticed",
            "a_file_of_heads_grows_and_an_older_register_is_not_opened_beside_it",
        ],
        "",
    ),
    ("clock set back", "order by sequence, the jump shown", &["a_clock_set_back_changes_neither_order_nor_duties"], ""),
    (
        "replayed or forged bundle",
        "refused",
        &["the_wrong_bundle_is_refused_with_its_reason", "a_header_from_another_bundle_opens_nothing"],
        "",
    ),
    (
        "key file edited wrongly",
        "duplicate or unknown operators refused",
        &[
            "every_fault_of_a_keys_file_is_named_with_its_line",
            "each_line_of_the_keys_file_is_somebody_or_a_fault_with_its_number",
            "settings_of_sshd_that_let_more_in_are_named",
            "a_line_is_held_against_the_configuration_and_the_program_of_the_doctor",
            "root_is_told_what_the_account_may_not",
            "a_host_set_up_as_the_readme_says_has_nothing_to_mend",
            "the_doctor_finds_nothing_at_a_host_that_is_well_set_up",
        ],
        "",
    ),
];

const PARTS: &[(&str, &[Row])] =
    &[("1. What users complain of", COMPLAINTS), ("3. Faults", FAULTS), ("4. Attacks", ATTACKS)];

const HEAD: &str = "# What was reached

Written by the tests, not by hand: `SHOUMI_FIGURES=1 cargo test`, and for the last column
`SHOUMI_FIGURES=1 SHOUMI_LONG=1 cargo test --release NAME`. The rows are those of `tests/it/terminal_rows.rs`; a test
that gives no figure of its own asserts what its row says, or the run fails.
";

/// Every test of the repository: its name, and the lines before it.
fn tests() -> String {
    ["tests/it", "src"].iter().flat_map(|d| walk(std::path::Path::new(d))).collect()
}

/// The tests that give a figure.
fn reporting(all: &str) -> Vec<&str> {
    let calls = all.split("reached(").skip(1).filter_map(|s| s.trim_start().strip_prefix('"')?.split_once('"'));
    let name = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    calls.map(|(name, _)| name).filter(name).collect()
}

/// The table as it should stand, with the figures that stand there.
fn table(all: &str, now: &str) -> String {
    let known: HashMap<&str, (&str, &str)> =
        now.lines().filter_map(figures::cells).map(|[_, _, test, every, hand]| (test, (every, hand))).collect();
    let reporting = reporting(all);
    let mut out = HEAD.to_owned();
    for (part, rows) in PARTS {
        out.push_str("\n## ");
        out.push_str(part);
        out.push_str("\n\n| row | to reach | test | in every run | by hand |\n|---|---|---|---|---|\n");
        for (row, must, tests, open) in *rows {
            let mut first = [*row, *must];
            for test in *tests {
                let name = format!("`{test}`");
                let gives = reporting.contains(test);
                let (every, hand) = known.get(name.as_str()).copied().filter(|_| gives).unwrap_or_default();
                let every = if every.is_empty() && !by_hand(all, test) { "holds" } else { every };
                out.push_str(&figures::line_of([first[0], first[1], &name, every, hand]));
                out.push('\n');
                first = ["", ""];
            }
            if !open.is_empty() {
                out.push_str(&figures::line_of([first[0], first[1], &format!("open: {open}"), "", ""]));
                out.push('\n');
            }
        }
    }
    out
}

/// Whether a test runs by hand only.
fn by_hand(all: &str, test: &str) -> bool {
    let before = all.split(&format!("fn {test}(")).next().unwrap_or_default();
    before.rsplit("#[test]").next().is_some_and(|attributes| attributes.contains("#[ignore"))
}

#[test]
fn every_row_names_tests_that_are_there_or_says_why_not() {
    let all = tests();
    for (row, _, tests, open) in PARTS.iter().flat_map(|(_, rows)| *rows) {
        assert!(!tests.is_empty() || !open.is_empty(), "{row}: no test and no reason");
        for test in *tests {
            assert!(all.contains(&format!("fn {test}(")), "{row}: no test {test}");
        }
    }
}

#[test]
fn the_table_of_figures_is_that_of_the_tests() {
    let all = tests();
    let now = std::fs::read_to_string(figures::path()).unwrap_or_default();
    let should = table(&all, &now);
    if figures::writing() && now != should {
        std::fs::write(figures::path(), &should).unwrap();
        return;
    }
    assert!(
        now == should,
        "tests/terminal.md is not what the tests say: SHOUMI_FIGURES=1 cargo test --test it terminal_rows"
    );
    let named: Vec<&str> =
        PARTS.iter().flat_map(|(_, rows)| *rows).flat_map(|(_, _, tests, _)| *tests).copied().collect();
    for test in reporting(&all) {
        assert!(named.contains(&test), "{test} gives a figure and has no row");
        let cells = now.lines().filter_map(figures::cells).find(|c| c[2].trim_matches('`') == test).unwrap();
        let there = if by_hand(&all, test) { cells[4] } else { cells[3] };
        assert!(!["", "holds"].contains(&there), "no figure yet: SHOUMI_FIGURES=1 cargo test {test}");
    }
}

/// The texts of all sources below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            out.extend(walk(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(std::fs::read_to_string(path).unwrap());
        }
    }
    out
}
