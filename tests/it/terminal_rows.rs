//! What users of terminal programs complain of, row by row, and the tests that keep it away. A row without a test says
//! why; a name without a test is found out here.

/// The row, the tests (file of `tests/it` or of the program, function), what is left open.
const ROWS: &[(&str, &[&str], &str)] = &[
    (
        "dropped connection",
        &["the_line_that_is_dropped_ends_the_session", "a_closed_terminal_is_noticed_without_any_signal"],
        "",
    ),
    ("half-open link", &[], "needs a proxy that freezes an SSH connection"),
    ("SIGTERM on a stalled terminal", &["a_signal_on_a_stalled_terminal_is_answered_by_the_signal_thread"], ""),
    ("panic, error exit", &["the_ways_out_restore_the_terminal", "cooked_mode_comes_back"], ""),
    (
        "SIGKILL",
        &["what_was_acknowledged_survives_a_kill", "killed_writers_lose_nothing_acknowledged"],
        "the screen it leaves: README",
    ),
    ("Ctrl-Z", &["ctrl_z_stops_where_there_is_a_shell_and_nowhere_else"], ""),
    ("Esc, Alt, latency", &["a_split_arrow_is_an_arrow_and_not_a_cancel"], ""),
    ("split UTF-8", &["a_character_in_three_pieces_arrives_whole"], ""),
    (
        "paste",
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
        &[
            "an_idle_session_sends_nothing_and_keys_cost_little",
            "moves_and_filters_cost_few_bytes",
            "forty_thousand_keys_are_handled",
        ],
        "",
    ),
    (
        "resize",
        &["every_small_size_is_survived", "every_screen_stands_every_size", "too_small_says_so_and_comes_back"],
        "tmux resize through ssh",
    ),
    ("CJK width, stale cells", &["chinese_stands_in_its_cells", "a_storm_leaves_the_same_screen_as_a_fresh_paint"], ""),
    ("IME", &["the_caret_stands_behind_what_was_typed_for_input_methods"], "real input methods"),
    ("ambiguous width", &["wide_signs_and_broken_character_sets_are_found_by_the_probe"], ""),
    (
        "TERM, colours",
        &[
            "every_name_of_a_terminal_shows_the_same_words",
            "only_three_private_modes_and_sixteen_colours_reach_the_wire",
        ],
        "",
    ),
    ("terminal without UTF-8", &["gnu_screen_without_utf8_gets_a_page_in_ascii_and_then_english"], ""),
    (
        "tmux, screen, xterm",
        &[
            "tmux_shows_the_same_words_and_gets_its_screen_back",
            "gnu_screen_shows_the_same_words_and_gets_its_screen_back",
            "xterm_shows_the_same_words_and_gets_its_screen_back",
        ],
        "",
    ),
    (
        "OSC 52",
        &["hostile_texts_never_reach_the_terminal", "only_three_private_modes_and_sixteen_colours_reach_the_wire"],
        "",
    ),
    ("injection through data", &["hostile_texts_reach_no_cell", "hostile_texts_never_reach_the_terminal"], ""),
    (
        "screen readers",
        &["the_four_tasks_are_done_by_ear", "help_sequences_and_the_other_language_are_said"],
        "real screen readers",
    ),
    ("colour-blindness", &["every_text_has_a_contrast_of_4_5", "without_colour_every_state_is_a_word_and_a_sign"], ""),
    ("projector", &[], "comes with the meeting screen"),
];

#[test]
fn every_row_names_tests_that_are_there_or_says_why_not() {
    let all: String = ["tests/it", "src"].iter().flat_map(|d| walk(std::path::Path::new(d))).collect();
    for (row, tests, open) in ROWS {
        assert!(!tests.is_empty() || !open.is_empty(), "{row}: no test and no reason");
        for test in *tests {
            assert!(all.contains(&format!("fn {test}()")), "{row}: no test {test}");
        }
        println!("{row}: {}{}{open}", tests.join(", "), if open.is_empty() { "" } else { " | open: " });
    }
}

/// The texts of all sources below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(walk(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(std::fs::read_to_string(path).unwrap());
        }
    }
    out
}
