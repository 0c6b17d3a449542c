//! Medians, percentiles and tables.

/// The value below which the share `part` of the sorted microseconds lies, in milliseconds.
pub fn percentile_ms(sorted_micros: &[u32], part: f64) -> f64 {
    let last = sorted_micros.len().saturating_sub(1);
    let at = (last as f64 * part).round() as usize;
    sorted_micros.get(at).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
}

/// The middle value, or the mean of the two in the middle; NaN if there are no values.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.len() % 2, sorted.get(middle.wrapping_sub(1)), sorted.get(middle)) {
        (0, Some(low), Some(high)) => f64::midpoint(*low, *high),
        (1, _, Some(value)) => *value,
        _ => f64::NAN,
    }
}

/// Prints a Markdown table with aligned columns.
pub fn print_table(title: &str, head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        cells.chain(head.get(column).copied()).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!(" {cell:<width$} ")).collect();
        println!("|{}|", padded.join("|"));
    };
    println!("\n### {title}\n");
    print(&mut head.iter().copied());
    println!("|{}|", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
    for row in rows {
        print(&mut row.iter().map(String::as_str));
    }
}
